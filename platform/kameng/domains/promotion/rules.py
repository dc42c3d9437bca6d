"""Who earns what on a sale, and who does not. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit
from kameng.domains.promotion.errors import BadPromotion, SelfDealing
from kameng.kit.money import Money, Percent

PAID_LEVELS = 2
"""The most levels anybody is paid for on one sale; a master may pay fewer, never more."""
MOST_RATE = Percent(500_000)
REMEMBERED = timedelta(days=30)
"""How long a visit by a promoter's link counts; the last one before the purchase does."""
LEAST_DAYS, MOST_DAYS = 1, 90
LONGEST_NOTE = 200
NO_RATE = Percent(0)
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
DUE = "commission_due"
"""The kind of the posting that makes commission the promoter's own."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of what a shopper pays: for whoever brought her, and for whoever brought that one."""

    first: Percent
    second: Percent

    def of(self, level: int) -> Percent:
        """The share of a level."""
        return self.first if level == 1 else self.second


@dataclass(frozen=True, slots=True)
class Settings:
    """How a site promotes. `days`: how long after delivery a commission waits at least."""

    is_on: bool = False
    rates: Rates = field(default=Rates(Percent(50_000), Percent(0)))
    days: int = 15


@dataclass(frozen=True, slots=True)
class PromoterFacts:
    """One promoter; `rates` are his own instead of the site's."""

    member_id: UUID
    code: str
    referrer_id: UUID | None
    is_on: bool
    note: str
    rates: Rates | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Referral:
    """What a browser brings along: the code it last came by, and the codes that are its own."""

    code: str
    at: datetime
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as far as promotion asks."""

    member_id: UUID | None
    contact: str
    own_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earner:
    """A promoter who earns on a sale, and the contacts he is known by."""

    promoter: PromoterFacts
    level: int
    contacts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Commission:
    """What one promoter gets of one line."""

    member_id: UUID
    level: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Sale:
    """Who earns on an order, at what rates. `refused`: who would earn on himself, and how that
    was seen."""

    earners: tuple[Earner, ...]
    site: Rates
    products: Mapping[UUID, Rates]
    days: int
    refused: tuple[tuple[Earner, str], ...] = ()

    def commissions(self, product_id: UUID, total: Money, left: Money) -> list[Commission]:
        """What each earns on a line of so much, out of what the seller has left of it: the first
        level first, together never more than that."""
        made: list[Commission] = []
        for one in sorted(self.earners, key=lambda earner: earner.level)[:PAID_LEVELS]:
            rates = rates_for(self.products.get(product_id), one.promoter.rates, self.site)
            amount = min(total.share(rates.of(one.level)), left)
            if amount.micro > 0:
                made.append(Commission(one.promoter.member_id, one.level, amount))
                left -= amount
        return made


def rates_for(product: Rates | None, promoter: Rates | None, site: Rates) -> Rates:
    """The rates that count: the product's before the promoter's before the site's."""
    return product or promoter or site


def paid(earners: Sequence[Earner], levels: int) -> list[Earner]:
    """Those of the levels that are paid; whoever is off earns nothing, nobody earns twice."""
    allowed = max(0, min(levels, PAID_LEVELS))
    seen: set[UUID] = set()
    found: list[Earner] = []
    for one in earners:
        if one.level <= allowed and one.promoter.is_on and one.promoter.member_id not in seen:
            seen.add(one.promoter.member_id)
            found.append(one)
    return found


def check_not_oneself(earner: Earner, buyer: Buyer) -> None:
    """Nobody earns on what he buys himself: not as a member, not under his contact as a guest,
    not in the browser he promotes from. Refuses SelfDealing."""
    if buyer.member_id == earner.promoter.member_id:
        raise SelfDealing(how="member")
    if _plain(buyer.contact) in {_plain(one) for one in earner.contacts if one}:
        raise SelfDealing(how="contact")
    if earner.promoter.code in buyer.own_codes:
        raise SelfDealing(how="browser")


def sorted_out(
    earners: Sequence[Earner], buyer: Buyer
) -> tuple[tuple[Earner, ...], tuple[tuple[Earner, str], ...]]:
    """Who earns, and who is refused. Where the one who brought the shopper is the shopper, nobody
    earns: the one above him would be paid for his own purchase's sake."""
    good: list[Earner] = []
    refused: list[tuple[Earner, str]] = []
    for one in earners:
        try:
            check_not_oneself(one, buyer)
        except SelfDealing as refusal:
            refused.append((one, str(refusal.facts["how"])))
        else:
            good.append(one)
    if any(one.level == 1 for one, _how in refused):
        good = []
    return tuple(good), tuple(refused)


def still_counts(referral: Referral, now: datetime) -> bool:
    """Whether a visit by a link is young enough."""
    return now - REMEMBERED <= referral.at <= now + timedelta(minutes=5)


def check_settings(settings: Settings) -> Settings:
    """Settings that can be kept. Refuses BadPromotion."""
    check_rates(settings.rates)
    if not LEAST_DAYS <= settings.days <= MOST_DAYS:
        raise BadPromotion(field="days", most=MOST_DAYS)
    return settings


def check_rates(rates: Rates) -> Rates:
    """Shares from nothing to a half. Refuses BadPromotion."""
    for name, rate in (("first", rates.first), ("second", rates.second)):
        if not NO_RATE <= rate <= MOST_RATE:
            raise BadPromotion(field=name, most=MOST_RATE)
    return rates


def check_levels(levels: int) -> int:
    """How many levels a master pays. Refuses BadPromotion."""
    if not 0 <= levels <= PAID_LEVELS:
        raise BadPromotion(field="levels", most=PAID_LEVELS)
    return levels


def check_note(text: str) -> str:
    """A note on one line. Refuses BadPromotion."""
    plain = " ".join(text.split())
    if len(plain) > LONGEST_NOTE:
        raise BadPromotion(field="note", most=LONGEST_NOTE)
    return plain


def waiting_days(settings_days: int, refund_days: Sequence[int | None]) -> int:
    """How long the commission of an order waits: the site's days, and never less than any of its
    goods may be given back. Goods that may be given back for ever wait the site's days."""
    return max([settings_days, *(days for days in refund_days if days is not None)])


def clean_code(text: str) -> str:
    """A code as it is stored; what cannot be one becomes nothing."""
    code = unicodedata.normalize("NFKC", text[:40]).strip().upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS) else ""


def account_of(tenant_id: int, member_id: UUID, currency: str) -> AccountKey:
    """Where commission waits for its day; below zero it is what a refund took back too late."""
    return AccountKey(tenant_id, "member", str(member_id), AccountKind.COMMISSION.value, currency)


def due_lines(tenant_id: int, member_id: UUID, money: Money) -> list[Line]:
    """From waiting to the promoter's own."""
    waits = account_of(tenant_id, member_id, money.currency)
    own = AccountKey(
        tenant_id, "member", str(member_id), AccountKind.AVAILABLE.value, money.currency
    )
    return [debit(waits, money), credit(own, money)]


def _plain(contact: str) -> str:
    return "".join(unicodedata.normalize("NFKC", contact).split()).casefold()
