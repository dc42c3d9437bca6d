"""Outgoing calls run with no transaction open, and what failed is settled too."""

from __future__ import annotations

import smtplib
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
import rq

from kameng.kit import cache, calls, jobs, mail
from kameng.kit.calls import Call, CallRefused, CallUnknown
from tenants.context import use
from tenants.database import in_transaction, session
from tenants.models import SchemaInfo
from tenants.tree import Tenant
from tests.support.worlds import Alliance


def test_nothing_is_locked_while_the_other_side_is_asked(alliance: Alliance) -> None:
    with use(alliance.ada):
        session.get(SchemaInfo, alliance.ada.id)
        assert in_transaction()
        done = calls.run(Call(send=in_transaction, settle=lambda answer: ("was open", answer)))
    assert done == ("was open", False)


@pytest.mark.parametrize("failure", [CallRefused("no"), CallUnknown("silence")])
def test_a_failed_call_is_settled_too(alliance: Alliance, failure: Exception) -> None:
    def send() -> None:
        raise failure

    with use(alliance.ada):
        assert calls.run(Call(send=send, settle=lambda answer: answer)) is failure


seen: list[tuple[int, int, str]] = []


@jobs.job(queue="fast")
def look(tenant: Tenant, word: str) -> None:
    """A job of this test: notes whose schema it runs in."""
    owner = session.query(SchemaInfo.tenant_id).scalar()
    seen.append((tenant.id, owner, word))


def test_a_job_is_queued_after_the_commit_and_runs_inside_its_tenant(alliance: Alliance) -> None:
    queue = rq.Queue("fast", connection=cache.client())
    queue.empty()
    with use(alliance.ada):
        session.get(SchemaInfo, alliance.ada.id)
        jobs.enqueue(look, alliance.ada, "hello", key="once")
        assert len(queue) == 0
        session.commit()
    assert len(queue) == 1
    queued = queue.jobs[0]
    queued.func(*queued.args, **queued.kwargs)
    assert seen[-1] == (alliance.ada.id, alliance.ada.id, "hello")
    queue.empty()


def test_a_job_of_a_rolled_back_transaction_is_never_queued(alliance: Alliance) -> None:
    queue = rq.Queue("fast", connection=cache.client())
    with use(alliance.ada):
        session.get(SchemaInfo, alliance.ada.id)
        jobs.enqueue(look, alliance.ada, "never", key="never")
        session.rollback()
    assert len(queue) == 0


class _Wire(smtplib.SMTP):
    """A mail server without a network; it writes down what was said to it."""

    offers = b""
    said: ClassVar[list[str]] = []

    def __init__(self, *_args: Any, **_options: Any) -> None:
        self.local_hostname, self.sock, self.file = "shop.example", None, None
        self.esmtp_features = {}
        self.said.clear()

    def putcmd(self, cmd: str, args: str = "") -> None:
        self.said.append(cmd.upper())

    def getreply(self) -> tuple[int, bytes]:
        code = {"QUIT": 221, "AUTH": 535, "STARTTLS": 454}.get(self.said[-1].split()[0], 250)
        return code, b"mx.example\nAUTH PLAIN" + self.offers


@pytest.mark.parametrize(
    ("offers", "last"), [(b"", "EHLO"), (b"\nSTARTTLS", "STARTTLS")], ids=["open", "encrypted"]
)
def test_a_mail_password_never_goes_over_an_open_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: bytes, last: str
) -> None:
    monkeypatch.setattr(_Wire, "offers", offers)
    monkeypatch.setattr(smtplib, "SMTP", _Wire)
    mail.configure(smtp_url="smtp://shop:pass@mx.example", folder=tmp_path, sender="a@example.com")
    with pytest.raises(smtplib.SMTPException):
        mail.send("kim@example.com", "Reset", "link")
    assert [one for one in _Wire.said if one != "QUIT"][-1] == last


@pytest.fixture(autouse=True)
def own_mailbox() -> Iterator[None]:
    """What these tests do to the mail settings ends with them."""
    before = (mail._server, mail._folder, mail._sender)
    yield
    mail._server, mail._folder, mail._sender = before


def test_mail_without_a_server_is_a_file_and_takes_no_extra_headers(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    mail.configure(smtp_url=None, folder=folder, sender="Kameng <no-reply@localhost>")
    mail.send("kim@example.com", "重置密码\r\nBcc: thief@example.com", "点这里")
    (written,) = folder.glob("*.eml")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"\nBcc:" not in written.read_bytes()
    assert b"To: kim@example.com" in written.read_bytes()
