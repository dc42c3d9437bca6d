"""Outgoing calls run with no transaction open, and what failed is settled too."""

from __future__ import annotations

from pathlib import Path

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


def test_mail_without_a_server_is_a_file_and_takes_no_extra_headers(tmp_path: Path) -> None:
    mail.configure(smtp_url=None, folder=tmp_path, sender="Kameng <no-reply@localhost>")
    mail.send("kim@example.com", "重置密码\r\nBcc: thief@example.com", "点这里")
    (written,) = tmp_path.glob("*.eml")
    assert b"\nBcc:" not in written.read_bytes()
    assert b"To: kim@example.com" in written.read_bytes()
