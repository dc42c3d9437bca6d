"""Sends plain-text mail by SMTP, or writes it to a file where no server is set: one that a person
reads as it stands, in Chinese too."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kameng.kit import ids

_server: str | None = None
_folder: Path | None = None
_sender = "Kameng <no-reply@localhost>"


def configure(*, smtp_url: str | None, folder: Path, sender: str) -> None:
    """`smtp_url` as smtp://user:password@host:port (STARTTLS) or smtps://…; else `folder`.

    A password never goes over an open line: a server that offers no STARTTLS gets no mail."""
    global _server, _folder, _sender
    _server, _folder, _sender = smtp_url, folder, sender


def send(to: str, subject: str, text: str) -> None:
    """Send one message; raises OSError or smtplib.SMTPException, and the job tries again."""
    if _server:
        _by_smtp(_server, _compose(to, subject, text, cte="base64"))
    else:
        _to_file(_compose(to, subject, text, cte="8bit"))


def _compose(to: str, subject: str, text: str, *, cte: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = _sender
    message["To"] = to
    message["Subject"] = subject.replace("\r", " ").replace("\n", " ")
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain="kameng")
    message.set_content(text, cte=cte)
    return message


def _by_smtp(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=20)
    with server:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _to_file(message: EmailMessage) -> None:
    if _folder is None:
        raise RuntimeError("kit.mail.configure() has not been called")
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # links in it open accounts
    legible = default.clone(utf8=True, cte_type="8bit")
    (_folder / f"{ids.uuid7()}.eml").write_bytes(message.as_bytes(policy=legible))
