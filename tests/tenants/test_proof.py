"""A registry that points to the wrong schema is found out before anything is written there."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Engine, text

from kameng.kit import clock, jobs, outbox
from kameng.kit.events import Event
from kameng.reactions import book
from tenants import proof
from tenants.context import use
from tenants.database import session
from tenants.errors import WrongSchema
from tenants.tree import Tenant
from tests.support import orders
from tests.support.worlds import Builder

_numbers = itertools.count(1)
STRANGER = 999_999_999


@pytest.fixture
def site(builder: Builder) -> Tenant:
    """A site nobody has worked for yet: what was proven once is not asked again."""
    return builder.site(f"proof{next(_numbers)}")


@dataclass(frozen=True, slots=True)
class Rung(Event):
    """A fact of this test."""

    number: int


Event.registry.pop("Rung")


@pytest.fixture
def rang(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the reaction to it was told."""
    heard: list[int] = []

    def hear(_tenant: Tenant, event: Rung, _now: datetime) -> None:
        heard.append(event.number)

    monkeypatch.setitem(Event.registry, "Rung", Rung)
    monkeypatch.setitem(book.BOOK, Rung, (hear,))
    return heard


def given_to(owner: Engine, site: Tenant, tenant_id: int | None) -> None:
    """Let the schema say, behind everybody's back, that it is another's or nobody's."""
    with owner.begin() as behind:
        behind.execute(text(f'DELETE FROM "{site.schema}".schema_info'))
        if tenant_id is not None:
            behind.execute(
                text(f'INSERT INTO "{site.schema}".schema_info VALUES (:id, now())'),
                {"id": tenant_id},
            )


def owners(owner: Engine, site: Tenant) -> list[int]:
    with owner.connect() as behind:
        query = text(f'SELECT tenant_id FROM "{site.schema}".schema_info')
        return list(behind.execute(query).scalars())


@jobs.job()
def leave_a_mark(tenant: Tenant) -> None:
    session.execute(
        text("INSERT INTO shared.due VALUES (:me, 'proof', 'mark', :now, 0)"),
        {"me": tenant.id, "now": clock.now()},
    )


def marks(owner: Engine, site: Tenant) -> int:
    query = text("SELECT count(*) FROM shared.due WHERE tenant_id = :id AND kind = 'proof'")
    with owner.connect() as behind:
        return int(behind.execute(query, {"id": site.id}).scalar_one())


@pytest.mark.parametrize("said", [STRANGER, None])
def test_a_job_does_nothing_in_a_schema_that_is_not_the_sites(
    site: Tenant, owner: Engine, said: int | None
) -> None:
    given_to(owner, site, said)
    with pytest.raises(WrongSchema):
        leave_a_mark(site.id)
    assert marks(owner, site) == 0
    given_to(owner, site, site.id)
    leave_a_mark(site.id)
    assert marks(owner, site) == 1


def test_the_relay_leaves_an_event_waiting_whose_schema_is_not_the_sites(
    site: Tenant, owner: Engine, rang: list[int]
) -> None:
    given_to(owner, site, STRANGER)
    with use(site):
        event_id = outbox.announce(site, Rung(1))
        session.commit()
    orders.relayed(threads=1)
    with owner.connect() as behind:
        query = text("SELECT done_at, last_error FROM shared.outbox WHERE id = :id")
        done_at, error = behind.execute(query, {"id": event_id}).one()
        behind.execute(text("DELETE FROM shared.outbox WHERE id = :id"), {"id": event_id})
    assert rang == []
    assert done_at is None
    assert error.startswith("WrongSchema: ")


def test_a_claim_signs_an_empty_schema_once_and_refuses_somebodys(
    site: Tenant, owner: Engine
) -> None:
    given_to(owner, site, None)
    for _ in range(2):
        with use(site):
            proof.sign(site, now=clock.now())
            session.commit()
    assert owners(owner, site) == [site.id]
    given_to(owner, site, STRANGER)
    with use(site):
        with pytest.raises(WrongSchema):
            proof.sign(site, now=clock.now())
        session.commit()
    assert owners(owner, site) == [STRANGER]
