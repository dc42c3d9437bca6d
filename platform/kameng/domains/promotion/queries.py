"""Reads of promotion; inside `use(site)`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import aliased

from kameng.domains.accounts.members import queries as members
from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKey, AccountKind
from kameng.domains.promotion import rules
from kameng.domains.promotion.models import Promoter, Promotion, PromotionRate
from kameng.domains.promotion.rules import PromoterFacts, Rates, Settings
from kameng.domains.terms import queries as terms
from kameng.domains.terms.rules import Module
from kameng.kit.money import FEN, Money, Percent
from tenants.database import session
from tenants.tree import Tenant

_LINES = text(
    "SELECT title, level, placed_at, completed_at, days, frozen, net, counted, total"
    " FROM shared.commission_lines(:member, :size, :skip)"
)
MOST_NAMED = 500
_SUMS = text("SELECT member_id, orders, earned FROM shared.commission_sums(:members)")


@dataclass(frozen=True, slots=True)
class Purse:
    """What a promoter has: waiting for its day, due, and owed back."""

    pending: Money
    available: Money
    debt: Money

    @property
    def free(self) -> Money:
        """What may be turned into balance: whole fen."""
        left = max(0, self.available.micro - self.debt.micro)
        return Money(left // FEN * FEN, self.available.currency)


@dataclass(frozen=True, slots=True)
class CommissionFacts:
    """One order that earned a promoter something, without who bought. `due_at` None: counted."""

    title: str
    level: int
    placed_at: datetime
    amount: Money
    due_at: datetime | None
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Earned:
    """How many delivered orders a promoter brought, and what he keeps of them."""

    orders: int
    amount: Money


@dataclass(frozen=True, slots=True)
class PromoterPage:
    """One page of promoters, and how many there are in all."""

    rows: list[PromoterFacts]
    total: int


@dataclass(frozen=True, slots=True)
class CommissionPage:
    """One page of orders, and how many there are in all."""

    rows: list[CommissionFacts]
    total: int


def settings(tenant: Tenant) -> Settings:
    """How this site promotes; not at all while its package leaves that out."""
    row = session.get(Promotion, tenant.id)
    if row is None:
        return Settings()
    is_on = row.is_on and terms.may_use(tenant, Module.PROMOTION)
    return Settings(is_on, _rates(row.first_rate, row.second_rate), row.days)


def paid_levels(tenant: Tenant) -> int:
    """How many levels the master pays on one sale."""
    row = session.get(Promotion, tenant.root_id)
    return rules.PAID_LEVELS if row is None else row.paid_levels


def promoter(tenant: Tenant, member_id: UUID) -> PromoterFacts | None:
    """A member of this site as a promoter."""
    row = session.get(Promoter, (tenant.id, member_id))
    return facts(row) if row else None


def is_open_to(tenant: Tenant, member_id: UUID) -> bool:
    """Whether a member has anything to do with promotion here: may begin, or has begun."""
    return settings(tenant).is_on or promoter(tenant, member_id) is not None


def by_code(tenant: Tenant, code: str) -> PromoterFacts | None:
    """Whoever promotes under a code, while the site has promoters and he is on."""
    plain = rules.clean_code(code)
    if not plain or not settings(tenant).is_on:
        return None
    mine = (Promoter.tenant_id == tenant.id, Promoter.code == plain, Promoter.is_on.is_(True))
    row = session.scalar(select(Promoter).where(*mine))
    return facts(row) if row else None


def line_of(tenant: Tenant, code: str) -> list[PromoterFacts]:
    """Whoever promotes under a code, and after him who brought him; one query."""
    above = aliased(Promoter)
    on_top = (above.tenant_id == Promoter.tenant_id) & (above.member_id == Promoter.referrer_id)
    query = (
        select(Promoter, above)
        .outerjoin(above, on_top)
        .where(Promoter.tenant_id == tenant.id, Promoter.code == code)
    )
    row = session.execute(query).first()
    return [facts(one) for one in row if one is not None] if row else []


def product_rates(tenant: Tenant, product_ids: Sequence[UUID]) -> dict[UUID, Rates]:
    """The rates of those of these products that have their own."""
    mine = (PromotionRate.tenant_id == tenant.id, PromotionRate.product_id.in_(product_ids))
    found = session.scalars(select(PromotionRate).where(*mine))
    return {row.product_id: _rates(row.first_rate, row.second_rate) for row in found}


def products_with_rates(tenant: Tenant, *, most: int = 200) -> dict[UUID, Rates]:
    """The products that have rates of their own."""
    mine = select(PromotionRate).where(PromotionRate.tenant_id == tenant.id)
    found = session.scalars(mine.order_by(PromotionRate.product_id).limit(most))
    return {row.product_id: _rates(row.first_rate, row.second_rate) for row in found}


def promoters(
    tenant: Tenant, *, search: str = "", on: bool | None = None, page: int = 1, size: int = 30
) -> PromoterPage:
    """Promoters of this site, the newest first; `search` is a code, or part of a note, a name or
    a contact."""
    mine = [Promoter.tenant_id == tenant.id]
    if on is not None:
        mine.append(Promoter.is_on.is_(on))
    if search.strip():
        mine.append(_found_by(tenant, search.strip()))
    total = session.scalar(select(func.count()).select_from(Promoter).where(*mine)) or 0
    query = select(Promoter).where(*mine).order_by(Promoter.joined_at.desc(), Promoter.member_id)
    found = session.scalars(query.limit(size).offset((max(page, 1) - 1) * size))
    return PromoterPage([facts(row) for row in found], total)


def _found_by(tenant: Tenant, search: str) -> ColumnElement[bool]:
    """Code, note, or a member of that name: of more than so many the search says too little."""
    people = members.page(tenant, search=search, size=MOST_NAMED).members
    return or_(
        Promoter.code == rules.clean_code(search),
        func.lower(Promoter.note).contains(search.lower(), autoescape=True),
        Promoter.member_id.in_([one.id for one in people]),
    )


def brought(tenant: Tenant, member_id: UUID) -> int:
    """How many promoters a promoter brought."""
    mine = (Promoter.tenant_id == tenant.id, Promoter.referrer_id == member_id)
    return session.scalar(select(func.count()).select_from(Promoter).where(*mine)) or 0


def purse(tenant: Tenant, member_id: UUID) -> Purse:
    """What a promoter has at this site."""
    waits = ledger.balance(rules.account_of(tenant.id, member_id, tenant.currency)).posted
    kind = AccountKind.AVAILABLE.value
    own = AccountKey(tenant.id, "member", str(member_id), kind, tenant.currency)
    zero = Money.zero(tenant.currency)
    return Purse(max(waits, zero), ledger.balance(own).available, max(-waits, zero))


def lines(tenant: Tenant, member_id: UUID, *, page: int = 1, size: int = 20) -> CommissionPage:
    """The delivered orders that earned a promoter something, the newest first."""
    asked = {"member": member_id, "size": size, "skip": (max(page, 1) - 1) * size}
    found = session.execute(_LINES, asked).all()
    rows = [
        CommissionFacts(
            title=row.title,
            level=row.level,
            placed_at=row.placed_at,
            amount=Money(row.net, tenant.currency),
            due_at=None if row.counted else row.completed_at + timedelta(days=row.days),
            is_frozen=row.frozen,
        )
        for row in found
    ]
    return CommissionPage(rows, found[0].total if found else 0)


def earned(tenant: Tenant, member_ids: Sequence[UUID]) -> dict[UUID, Earned]:
    """What these promoters brought and keep; one query."""
    if not member_ids:
        return {}
    found = session.execute(_SUMS, {"members": list(member_ids)})
    return {row.member_id: Earned(row.orders, Money(row.earned, tenant.currency)) for row in found}


def facts(row: Promoter) -> PromoterFacts:
    """The row as a value."""
    own = None if row.first_rate is None else _rates(row.first_rate, row.second_rate or 0)
    return PromoterFacts(
        member_id=row.member_id,
        code=row.code,
        referrer_id=row.referrer_id,
        is_on=row.is_on,
        note=row.note,
        rates=own,
        joined_at=row.joined_at,
    )


def _rates(first: int, second: int) -> Rates:
    return Rates(Percent(first), Percent(second))
