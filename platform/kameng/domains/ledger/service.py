"""The verbs of the books: one round trip each, and the database's refusals by their names.

A refusal here has aborted the database transaction: let it rise to the edge, which rolls back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from kameng.domains.ledger import errors, rules
from kameng.domains.ledger.rules import Line, Posted, Posting, Who
from kameng.kit import ids
from kameng.kit.errors import Refusal
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

REFUSALS: dict[str, type[Refusal]] = {
    "KL001": errors.Unbalanced,
    "KL003": errors.KeyReused,
    "KL004": errors.HoldResolved,
    "KL005": errors.AlreadyReversed,
    "KL006": errors.AccountOutsideChain,
    "KL007": errors.AccountClosed,
    "KL008": errors.UnknownAccountKind,
    "KL009": errors.BalanceTooLow,
    "KL010": errors.NoSuchPosting,
    "KL011": errors.HoldExceeded,
    "KL012": errors.DayOpen,
    "22003": errors.AmountTooLarge,
    "55P03": errors.BooksBusy,
}
"""SQLSTATE raised by the functions of migration 0006 -> the refusal it means."""


def post(tenant: Tenant, posting: Posting, *, now: datetime) -> Posted:
    """Write a balanced posting. The same key with the same content answers with the first one."""
    return _send("ledger_post", _request(tenant, posting, now))


def hold(tenant: Tenant, posting: Posting, *, until: datetime, now: datetime) -> Posted:
    """Set the posting's amounts aside; settle_hold or void_hold resolves it, once."""
    return _send("ledger_hold", _request(tenant, posting, now) | {"until": until.isoformat()})


def settle_hold(
    tenant: Tenant,
    hold_id: UUID,
    *,
    key: str,
    actor: Who,
    now: datetime,
    lines: Sequence[Line] | None = None,
) -> Posted:
    """Post what a hold set aside, or `lines` that take no more than it did from each account."""
    request = _about(tenant, hold_id, key, actor, now)
    if lines is not None:
        request["lines"] = rules.packed(rules.checked(lines))
    return _send("ledger_settle", request)


def void_hold(tenant: Tenant, hold_id: UUID, *, key: str, actor: Who, now: datetime) -> Posted:
    """Give back what a hold set aside."""
    return _send("ledger_void", _about(tenant, hold_id, key, actor, now))


def reverse(
    tenant: Tenant, txn_id: UUID, *, key: str, kind: str, actor: Who, now: datetime
) -> Posted:
    """Post the mirror image of a posting; each posting is reversed at most once."""
    return _send("ledger_reverse", _about(tenant, txn_id, key, actor, now) | {"kind": kind})


def close_day(day: date, *, now: datetime) -> None:
    """Let nothing more be posted on a day that is over. Runs inside shared(); commit at once."""
    _run("SELECT shared.ledger_close(%s, %s)", (day, now))


def take_snapshots(day: date) -> int:
    """Store what every hot account stood at when `day` closed; returns how many moved."""
    return int(_run("SELECT shared.ledger_take(%s)", (day,)))


def _request(tenant: Tenant, posting: Posting, now: datetime) -> dict[str, object]:
    return {
        "id": str(ids.uuid7()),
        "tenant": tenant.id,
        "key": posting.key,
        "now": now.isoformat(),
        "by": f"{posting.actor.kind}:{posting.actor.id}",
        "kind": posting.kind,
        "rt": posting.ref_type,
        "ri": posting.ref_id,
        "lines": rules.packed(rules.checked(posting.lines)),
    }


def _about(tenant: Tenant, txn_id: UUID, key: str, actor: Who, now: datetime) -> dict[str, object]:
    return {
        "id": str(ids.uuid7()),
        "tenant": tenant.id,
        "key": key,
        "now": now.isoformat(),
        "by": f"{actor.kind}:{actor.id}",
        "of": str(txn_id),
    }


def _send(function: str, request: dict[str, object]) -> Posted:
    answer = _run(f"SELECT shared.{function}(%s::jsonb)", (rules.as_json(request),))
    return Posted(UUID(answer["id"]), bool(answer["replayed"]))


def _run(statement: str, values: tuple[object, ...]) -> Any:
    try:
        return session.connection().exec_driver_sql(statement, values).scalar()
    except DBAPIError as error:
        raise _named(error) from error


def _named(error: DBAPIError) -> Exception:
    refusal = REFUSALS.get(getattr(error.orig, "sqlstate", None) or "")
    if refusal is None:
        return error
    return refusal(**_facts(error))


def _facts(error: DBAPIError) -> dict[str, Any]:
    """What the function told in DETAIL; amounts come back as Money."""
    detail = getattr(getattr(error.orig, "diag", None), "message_detail", None)
    if not detail or not detail.startswith("{"):
        return {}
    facts: dict[str, Any] = json.loads(detail)
    currency = facts.pop("currency", "CNY")
    for name in ("needed", "available"):
        if name in facts:
            facts[name] = Money(facts[name], currency)
    return facts
