"""What people do about an order of their own site or of one below it: at the site that sold, kept
in its log, and in that of the site it was done from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue

from kameng.domains.orders import queries
from kameng.domains.orders.errors import OrderNotFound
from kameng.faces.frame import who
from kameng.kit import audit, calls
from kameng.kit.calls import Call
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant, is_above


@dataclass
class Act:
    """One act about an order. `call`: what the provider has to be asked, if anything."""

    seller: Tenant
    number: str
    call: Call[Any, Any] | None = None


@contextmanager
def acting(site_id: int, number: str, kind: str, reason: str | None = None) -> Iterator[Act]:
    """Bound to the site that sold: the block does it, then the act is kept and the provider asked.
    A refusal leaves nothing behind."""
    act = Act(seller_of(site_id, number), number)
    with use(act.seller):
        yield act
        _keep(act.seller, kind, number, reason)
        if act.call is not None:
            calls.run(act.call)
        commit_bound()
    if act.seller.id != g.tenant.id:
        _keep(g.tenant, kind, f"{number} {act.seller.slug}", reason)


def shown(act: Act, said: str) -> ResponseReturnValue:
    """Say what was done, and show the order as it stands."""
    flash(said, "ok")
    return redirect(url_for(".order", site_id=act.seller.id, number=act.number), 303)


def seller_of(site_id: int, number: str) -> Tenant:
    """The site an order belongs to: this one or one below, and above it when it was placed."""
    with use(g.tenant):
        seen = queries.is_seen(g.tenant, number)
    with shared():
        found = registry.by_id(site_id)
    ours = found is not None and (found.id == g.tenant.id or is_above(g.tenant, found))
    if not seen or not ours or found is None:
        raise OrderNotFound
    return found


def _keep(site: Tenant, kind: str, number: str, reason: str | None) -> None:
    told = {"reason": reason} if reason else None
    audit.record(site, who.actor(), kind, number, after=told)
