"""Whose account a payment goes through: the master's channels, or a site's own keys."""

from __future__ import annotations

from sqlalchemy import select, text

from kameng.config import settings
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.payees import queries as payees
from kameng.domains.payments import gateways
from kameng.domains.payments.errors import ChannelOff
from kameng.domains.payments.gateways import Gateway, stripe
from kameng.domains.payments.models import PaymentAttempt
from kameng.domains.payments.own.models import OwnChannelLeave, OwnChannelRow
from kameng.domains.payments.own.rules import STRIPE, Keys, OwnChannel, Standing, about
from kameng.kit import secrets
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

LONGEST_LIST = 500
"""Of a site's own account the clock reads so much of a list: its owner can put there as much as he
likes, and all others wait meanwhile. What is older each payment is asked about by itself."""


def of(tenant: Tenant, channel: str = STRIPE) -> OwnChannel | None:
    """The site's own channel, used or not; None: no keys were ever stored."""
    row = session.get(OwnChannelRow, (tenant.id, channel))
    return facts(row) if row else None


def is_allowed(tenant: Tenant) -> bool:
    """Whether the master lets the site collect by itself."""
    row = session.get(OwnChannelLeave, tenant.id)
    return row is not None and row.allowed


def collects(tenant: Tenant, channel: str = STRIPE) -> bool:
    """Whether the site's shoppers pay to the site itself now: it could, and owes nothing. What it
    owes its earnings pay first, and the master sees none of those it collects by itself."""
    return is_ready(tenant, channel) and not debt(tenant)


def is_ready(tenant: Tenant, channel: str = STRIPE) -> bool:
    """Whether the site could collect by itself, whatever it owes: it wants to, it may, somebody is
    verified for it, and real money moves by its keys, where only that is taken."""
    found = None if tenant.is_root else of(tenant, channel)
    if found is None or not found.is_on or (live_only() and not found.live):
        return False
    return is_allowed(tenant) and payees.verified(tenant) is not None


def debt(tenant: Tenant) -> Money:
    """What the site owes: more was taken back of its earnings than it had in them."""
    earned = ledger.balance(house(tenant.id, AccountKind.MARGIN, tenant.currency)).posted
    return max(-earned, Money.zero(tenant.currency))


def has_collected(tenant: Tenant, channel: str = STRIPE) -> bool:
    """Whether a payment page was ever prepared on the site's own account."""
    query = select(PaymentAttempt.id).where(
        PaymentAttempt.tenant_id == tenant.id,
        PaymentAttempt.payee_tenant_id == tenant.id,
        PaymentAttempt.channel == channel,
    )
    return session.scalar(query.limit(1)) is not None


def standing(tenant: Tenant, channel: str = STRIPE) -> Standing:
    """Where a site is on the way to collecting by itself."""
    return Standing(
        of(tenant, channel),
        is_allowed(tenant),
        payees.verified(tenant) is not None,
        has_collected(tenant, channel),
        debt(tenant),
    )


def wishes(root: Tenant, channel: str = STRIPE) -> dict[int, bool]:
    """The sites of the alliance that may collect by themselves, and whether each wants to.
    Inside `use(root)`; the payee is not asked about."""
    query = (
        select(OwnChannelLeave.tenant_id, OwnChannelRow.is_on)
        .outerjoin(
            OwnChannelRow,
            (OwnChannelRow.tenant_id == OwnChannelLeave.tenant_id)
            & (OwnChannelRow.channel == channel),
        )
        .where(OwnChannelLeave.root_id == root.id, OwnChannelLeave.allowed)
    )
    return {row.tenant_id: bool(row.is_on) for row in session.execute(query)}


def gateway(tenant: Tenant, channel: str, payee_id: int) -> Gateway:
    """The gateway to the account of whoever is paid: the master, or the bound site by its own keys,
    which serve what was begun with them even after the site has turned its channel off.

    Read it before a call goes out: nothing may be open while it does. Refuses ChannelOff.
    """
    if payee_id == tenant.root_id:
        return gateways.of(channel)
    row = session.get(OwnChannelRow, (tenant.id, channel)) if payee_id == tenant.id else None
    if row is None:
        raise ChannelOff(channel=channel)
    opened = secrets.sealer(tenant.id)
    return to(
        Keys(
            opened.open(row.secret_sealed, about(channel, "secret")),
            opened.open(row.hook_sealed, about(channel, "hook")),
        )
    )


def kept(tenant: Tenant, channel: str, payee_id: int) -> Gateway:
    """The gateway a payment is about to be prepared for: nobody puts other keys in its place until
    the transaction ends."""
    if payee_id != tenant.root_id:
        row = (payee_id, channel)
        session.get(OwnChannelRow, row, with_for_update={"read": True}, populate_existing=True)
    return gateway(tenant, channel, payee_id)


def live_only() -> bool:
    """Whether keys of a provider's test mode are refused here."""
    chosen = settings()
    return not chosen.development and not chosen.test_payments


def to(keys: Keys) -> Gateway:
    """The gateway these keys open."""
    base = settings().stripe_api_base or ""
    return stripe.with_keys(keys.secret, keys.hook, base, most=LONGEST_LIST)


def sites(channel: str = STRIPE) -> list[int]:
    """All sites that have stored keys. Inside `shared()`."""
    told = {"channel": channel}
    rows = session.execute(text("SELECT tenant_id FROM shared.own_channel_sites(:channel)"), told)
    return [row[0] for row in rows]


def facts(row: OwnChannelRow) -> OwnChannel:
    """What is shown of a row."""
    return OwnChannel(
        row.tenant_id, row.channel, row.hint, row.account, row.live, row.is_on, row.tested_at
    )
