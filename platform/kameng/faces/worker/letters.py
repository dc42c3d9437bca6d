"""Letters where no mail server is set: the newest of the folder, for a person at a terminal; and
the clock's dropping of notices nobody needs any more."""

from __future__ import annotations

import email
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import click

from kameng.domains.notifications.notices import service as notices
from tenants.context import shared
from tenants.database import session


def newest(folder: Path, number: int) -> list[EmailMessage]:
    """The last letters that were written, the newest last."""
    files = sorted(folder.glob("*.eml"))[-number:] if number > 0 else []
    return [email.message_from_bytes(one.read_bytes(), policy=default) for one in files]


def show(folder: Path, number: int) -> None:
    """Print them; or where they would lie."""
    found = newest(folder, number)
    for letter in found:
        for name in ("Date", "To", "Subject"):
            click.echo(f"{name}: {letter[name]}")
        click.echo(f"\n{letter.get_content()}\n{'-' * 72}")
    click.echo(f"{len(found)} letters shown, from {folder}")


def forget(now: datetime) -> int:
    """Drop notices older than a year, a bounded number a round."""
    with shared():
        gone = notices.forget(now)
        session.commit()
    return gone
