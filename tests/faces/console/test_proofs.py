"""The proof at the console: made at once, kept, shown with its rows, and told to the operator."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from kameng.domains.proofs import queries
from kameng.faces.worker import proving
from kameng.kit import ids
from tenants.context import use
from tenants.database import session
from tests.support import desk, shop
from tests.support.ledger import fill

CHANGED = text(
    "UPDATE shared.ledger_account SET posted_credit = posted_credit + :by"
    " WHERE tenant_id = :ada AND kind = 'wallet'"
)
MORNING = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
"""Five in the morning by the shop's clock."""


@pytest.fixture
def filled(alliance, app):
    """Kim holds ten at Ada's."""
    shop.decorate(alliance.hub)
    with use(alliance.ada) as ada:
        fill(ada, "kim", "10")
        session.commit()
    return alliance.whole()


def test_a_proof_is_kept_and_a_difference_shows_its_rows_and_is_told(filled, owner):
    hub = desk.at(filled, filled.hub)
    assert "尚未核对" in hub.text("proofs")
    answer = hub.post("ledger/proof")
    assert answer.status_code == 303
    assert "账目相符" in hub.text(answer.location.split("/s/", 1)[1].split("/", 1)[1])
    with owner.connect() as behind:
        behind.execute(CHANGED, {"ada": filled.ada.id, "by": 7_000_000})
        run = hub.post("ledger/proof").location
        behind.execute(CHANGED, {"ada": filled.ada.id, "by": -7_000_000})
    page = hub.text(run.split("/s/", 1)[1].split("/", 1)[1])
    for word in ("发现差异", "每个账户余额等于分录合计", filled.ada.name, "17.00", "wallet"):
        assert word in page, word
    assert "账目不平" in hub.text("")
    assert "账目核对发现" in hub.text("inbox")
    assert "发现差异" in hub.text("proofs")


def test_nobody_else_proves_or_reads_a_proof(filled):
    hub = desk.at(filled, filled.hub)
    run = hub.post("ledger/proof").location.rsplit("/", 1)[1]
    ada = desk.at(filled, filled.ada, role="agent")
    assert ada.get("proofs").status_code == 403
    assert ada.get(f"proofs/{run}").status_code == 403
    assert ada.post("ledger/proof").status_code == 403
    assert hub.get(f"proofs/{ids.uuid7()}").status_code == 404


def test_every_master_is_proved_once_a_day_by_one_clock(filled, monkeypatch):
    monkeypatch.setattr(proving, "_roots", lambda: [filled.hub])
    assert proving.begin_daily(MORNING.replace(hour=20, minute=0)) is None
    thread = proving.begin_daily(MORNING)
    assert thread is not None
    thread.join(30)
    with use(filled.hub) as hub:
        (run,) = queries.runs(hub)
    assert run.holds
    assert not proving._claimed(filled.hub)


def test_the_command_prints_what_it_found_and_says_no_when_books_differ(filled, owner, capsys):
    assert proving._prove(filled.hub)
    with owner.connect() as behind:
        behind.execute(CHANGED, {"ada": filled.ada.id, "by": 7_000_000})
        assert not proving._prove(filled.hub)
        behind.execute(CHANGED, {"ada": filled.ada.id, "by": -7_000_000})
    said = capsys.readouterr()
    assert "3 of 3 sites" in said.err
    assert "holds; 1 transactions, 2 entries, 3 sites, 0 differences" in said.out
    assert "17000000 instead of 10000000" in said.out
    assert "kind wallet" in said.out
