"""Payees' accounts at the provider and transfers to them: what notifications say, and what the
clock asks about when nobody says anything."""

from __future__ import annotations

from datetime import datetime, timedelta

from kameng.domains.payments.errors import ChannelOff
from kameng.domains.withdrawals.connected import queries as accounts
from kameng.domains.withdrawals.connected import service as connections
from kameng.domains.withdrawals.connected.rules import ConnectionFacts
from kameng.domains.withdrawals.payouts.base import Sent
from kameng.domains.withdrawals.transfers import queries, service
from kameng.domains.withdrawals.transfers.rules import TransferFacts
from kameng.faces.worker import sites
from kameng.faces.worker.rounds import each
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.calls import CallRefused, CallUnknown
from tenants.context import at, shared
from tenants.database import session
from tenants.proof import use_proven

LOOK_BACK = timedelta(hours=72)


def account(provider_account: str) -> str | None:
    """A payee's account changed at the provider: ask how it stands. May raise CallRefused,
    CallUnknown."""
    cell, known = sites.anywhere(lambda: accounts.about(provider_account))
    if known is None:
        return "no payee's account of ours"
    with at(cell):
        _look(known)
    return None


def transfer(provider_transfer: str) -> str | None:
    """Something became of a transfer: ask what. May raise CallRefused, CallUnknown."""
    cell, known = sites.anywhere(lambda: queries.about(provider_transfer))
    if known is None:
        return "no transfer of ours, or not known to be"
    with at(cell):
        _came_back(known, connections.way().read(provider_transfer))
    return None


def check_accounts(now: datetime) -> int:
    """Ask about accounts that are not ready and that nobody told of."""
    with shared():
        silent = accounts.to_check(now)
    return each(silent, _check_account)


def check_transfers(now: datetime) -> int:
    """Ask about transfers whose answer nobody heard."""
    with shared():
        open_now = queries.to_check(now)
    return each(open_now, _check_transfer)


def recover_reversed(now: datetime) -> int:
    """List what was sent back at the provider of late, and apply what we never heard of."""
    with shared():
        nothing_begun = queries.latest() is None
    if nothing_begun:
        return 0
    try:
        late = list(connections.way().reversed_since(now - LOOK_BACK))
    except ChannelOff:
        return 0
    return each(late, _recover)


def _check_account(known: ConnectionFacts) -> None:
    tenant = sites.served(known.tenant_id)
    if tenant is None:
        return
    try:
        _look(known)
    except (CallRefused, CallUnknown, ChannelOff):
        with use_proven(tenant):
            connections.postpone(tenant, known.id, now=clock.now())
            session.commit()


def _look(known: ConnectionFacts) -> None:
    tenant = sites.by_id(known.tenant_id)
    if tenant is None or known.provider_account is None:
        return
    standing = connections.way().standing(known.provider_account)
    with use_proven(tenant):
        connections.reported(tenant, known.id, standing, now=clock.now())
        session.commit()


def _check_transfer(known: TransferFacts) -> None:
    tenant = sites.served(known.tenant_id)
    if tenant is None:
        return
    with use_proven(tenant):
        holder = service.holder_of(tenant, known)
    answer = service.asked(known, holder, connections.way(), now=clock.now())
    with use_proven(tenant):
        service.settled(tenant, known.id, answer, actor=SYSTEM, now=clock.now())
        session.commit()


def _recover(sent: Sent) -> None:
    with shared():
        known = queries.about(sent.id)
    if known is not None:
        _came_back(known, sent)


def _came_back(known: TransferFacts, sent: Sent) -> None:
    tenant = sites.by_id(known.tenant_id)
    if tenant is None or not sent.back_fen:
        return
    with use_proven(tenant):
        service.came_back(tenant, known.id, sent, now=clock.now())
        session.commit()
