"""The verbs of promotion: a site's settings, its promoters, and what an order promises them.

Inside `use(site)`. What a promise comes to is written into the order's lines; the books follow
with the delivery, and here what has waited long enough becomes the promoter's own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from kameng.domains.accounts.members import queries as members
from kameng.domains.ledger import service as ledger
from kameng.domains.ledger.rules import Posting
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.promotion import queries, rules
from kameng.domains.promotion.errors import (
    LevelsAreTheMasters,
    NoSuchPromoter,
    PromotionOff,
    TermsNotAccepted,
)
from kameng.domains.promotion.models import CommissionRow, Promoter, Promotion, PromotionRate
from kameng.domains.promotion.rules import (
    Buyer,
    Commission,
    Earner,
    PromoterFacts,
    Rates,
    Referral,
    Sale,
    Settings,
)
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NotInPackage
from kameng.domains.terms.rules import Module
from kameng.kit import audit, due, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money
from tenants.database import session
from tenants.tree import Tenant

DUE = "commission"
AGAIN = timedelta(days=1)
"""How soon something that was argued about when its day came is looked at again."""
_TAKE = text("SELECT taken, stopped FROM shared.commission_take(:member, :now)")


def set_up(
    tenant: Tenant,
    settings: Settings,
    *,
    levels: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """How this site promotes from the next order on; `levels`: how many a master pays in its
    alliance. Refuses BadPromotion, NotInPackage, LevelsAreTheMasters."""
    rules.check_settings(settings)
    if settings.is_on and not terms.may_use(tenant, Module.PROMOTION):
        raise NotInPackage(what=Module.PROMOTION.value)
    if levels is not None and not tenant.is_root:
        raise LevelsAreTheMasters()
    before = queries.settings(tenant)
    paid = queries.paid_levels(tenant) if levels is None else rules.check_levels(levels)
    row = {
        "tenant_id": tenant.id,
        "is_on": settings.is_on,
        "first_rate": settings.rates.first.ppm,
        "second_rate": settings.rates.second.ppm,
        "days": settings.days,
        "paid_levels": paid,
        "updated_at": now,
        "updated_by": actor.name[:80],
    }
    new = insert(Promotion).values(row)
    session.execute(new.on_conflict_do_update(index_elements=["tenant_id"], set_=row))
    session.expire_all()
    told = _told(settings) | ({"paid_levels": paid} if levels is not None else {})
    audit.record(tenant, actor, "promotion.set", "", before=_told(before), after=told)


def set_product_rates(
    tenant: Tenant, product_id: UUID, rates: Rates | None, *, actor: Actor
) -> None:
    """Give a product rates of its own, or none again. Refuses BadPromotion."""
    mine = (PromotionRate.tenant_id == tenant.id, PromotionRate.product_id == product_id)
    if rates is None:
        session.execute(delete(PromotionRate).where(*mine))
    else:
        shares = _shares(rules.check_rates(rates))
        key = {"tenant_id": tenant.id, "product_id": product_id}
        new = insert(PromotionRate).values(key | shares)
        session.execute(new.on_conflict_do_update(index_elements=list(key), set_=shares))
    session.expire_all()
    audit.record(tenant, actor, "promotion.product", str(product_id), after=_rates_told(rates))


def join(
    tenant: Tenant, member_id: UUID, *, agreed: bool, referral: Referral | None, now: datetime
) -> PromoterFacts:
    """Let a member promote; a second time is the first. Whoever brought him is who he came by
    now, for ever: so nobody is ever above himself. Refuses PromotionOff, TermsNotAccepted."""
    known = queries.promoter(tenant, member_id)
    if known:
        return known
    if not queries.settings(tenant).is_on:
        raise PromotionOff()
    if not agreed:
        raise TermsNotAccepted()
    by = referral if referral and rules.still_counts(referral, now) else None
    above = queries.by_code(tenant, by.code) if by else None
    row: dict[str, Any] = {
        "tenant_id": tenant.id,
        "member_id": member_id,
        "code": "".join(secrets.choice(rules.CODE_SIGNS) for _ in range(rules.CODE_LENGTH)),
        "referrer_id": above.member_id if above and above.member_id != member_id else None,
        "is_on": True,
        "note": "",
        "joined_at": now,
    }
    key = ["tenant_id", "member_id"]
    session.execute(insert(Promoter).values(row).on_conflict_do_nothing(index_elements=key))
    made = queries.promoter(tenant, member_id)
    if made is None:
        raise NoSuchPromoter()
    actor = Actor("member", str(member_id), "", "")
    audit.record(tenant, actor, "promoter.join", str(member_id), after={"code": made.code})
    _tell_site(tenant, made, now)
    return made


def _tell_site(tenant: Tenant, made: PromoterFacts, now: datetime) -> None:
    """The people of the site learn who promotes for them; nobody above them does."""
    person = members.by_id(tenant, made.member_id)
    facts = {"member": person.name if person else made.code}
    page = f"/promotion/promoters/{made.member_id}"
    notifications.notify(
        tenant, Kind.PROMOTER_ASKED, facts, key=str(made.member_id), now=now, page=page
    )


def describe(
    tenant: Tenant, member_id: UUID, *, note: str, rates: Rates | None, actor: Actor
) -> PromoterFacts:
    """A note about a promoter, and rates of his own or the site's. Refuses BadPromotion,
    NoSuchPromoter."""
    plain = rules.check_note(note)
    shares = _shares(rules.check_rates(rates)) if rates else _NO_SHARES
    row = session.get(Promoter, (tenant.id, member_id), with_for_update=True)
    if row is None:
        raise NoSuchPromoter()
    row.note = plain
    row.first_rate, row.second_rate = shares["first_rate"], shares["second_rate"]
    session.flush()
    told = _rates_told(rates) | {"note": plain}
    audit.record(tenant, actor, "promoter.edit", str(member_id), after=told)
    return queries.facts(row)


def switch(tenant: Tenant, member_ids: Sequence[UUID], *, on: bool, actor: Actor) -> int:
    """Let these promoters promote or not, from now on; what is promised stays. How many changed."""
    mine = (
        Promoter.tenant_id == tenant.id,
        Promoter.member_id.in_(list(member_ids)),
        Promoter.is_on.is_not(on),
    )
    changed = session.scalars(
        update(Promoter).where(*mine).values(is_on=on).returning(Promoter.member_id)
    ).all()
    session.expire_all()
    for one in changed:
        act = "promoter.on" if on else "promoter.off"
        audit.record(tenant, actor, act, str(one))
    return len(changed)


def sale(
    tenant: Tenant,
    referral: Referral | None,
    buyer: Buyer,
    product_ids: Sequence[UUID],
    *,
    now: datetime,
) -> Sale | None:
    """Who earns on an order of these products; None where nobody does."""
    if referral is None or not rules.still_counts(referral, now):
        return None
    settings = queries.settings(tenant)
    if not settings.is_on:
        return None
    found = queries.line_of(tenant, rules.clean_code(referral.code))
    if not found or not found[0].is_on:
        return None
    paid = rules.paid(_earners(tenant, found), queries.paid_levels(tenant))
    good, refused = rules.sorted_out(paid, buyer)
    if not good and not refused:
        return None
    products = queries.product_rates(tenant, product_ids)
    return Sale(good, settings.rates, products, settings.days, refused)


def promise(
    tenant: Tenant,
    order_id: UUID,
    made: Sale,
    commissions: Sequence[Commission],
    *,
    title: str,
    days: int,
    now: datetime,
) -> None:
    """Keep what an order promises to whom, and who was refused and why."""
    sums: dict[UUID, int] = {}
    for one in commissions:
        sums[one.member_id] = sums.get(one.member_id, 0) + one.amount.micro
    shared = {
        "tenant_id": tenant.id,
        "order_id": order_id,
        "currency": tenant.currency,
        "title": title[:200],
        "days": days,
        "placed_at": now,
    }
    named: list[tuple[Earner, str | None]] = [(one, None) for one in made.earners]
    named += made.refused
    rows = [
        shared
        | {
            "member_id": one.promoter.member_id,
            "level": one.level,
            "amount": Money(sums.get(one.promoter.member_id, 0), tenant.currency),
            "refused": how,
        }
        for one, how in named
        if how or sums.get(one.promoter.member_id)
    ]
    if rows:
        session.execute(insert(CommissionRow).values(rows))


def wait(tenant: Tenant, order_id: UUID, *, now: datetime) -> None:
    """An order was delivered: from now on its commission waits for its day."""
    days = session.scalar(
        select(CommissionRow.days)
        .where(CommissionRow.tenant_id == tenant.id, CommissionRow.order_id == order_id)
        .where(CommissionRow.refused.is_(None))
        .limit(1)
    )
    if days is not None:
        due.at(tenant, DUE, str(order_id), now + timedelta(days=days, minutes=1))


def release(tenant: Tenant, order_id: UUID, *, now: datetime) -> Money:
    """Make what is due to the promoters of an order their own, with all else that is due to them;
    what is argued about is looked at again. How much became theirs.

    Twice is once: every movement is counted once, below a lock.
    """
    mine = (CommissionRow.tenant_id == tenant.id, CommissionRow.order_id == order_id)
    waiting = select(CommissionRow.member_id).where(*mine, CommissionRow.refused.is_(None))
    whole, argued = Money.zero(tenant.currency), False
    for member_id in session.scalars(waiting.order_by(CommissionRow.member_id)).all():
        taken, stopped = session.execute(_TAKE, {"member": member_id, "now": now}).one()
        argued = argued or bool(stopped)
        if taken:
            amount = Money(taken, tenant.currency)
            _post(tenant, member_id, amount, now)
            whole += amount
    if argued:
        due.at(tenant, DUE, str(order_id), now + AGAIN)
    return whole


def _post(tenant: Tenant, member_id: UUID, amount: Money, now: datetime) -> None:
    key = f"{rules.DUE}:{member_id}:{ids.uuid7()}"
    lines = rules.due_lines(tenant.id, member_id, amount)
    posting = Posting(rules.DUE, key, "promoter", str(member_id), lines, SYSTEM)
    ledger.post(tenant, posting, now=now)


def _earners(tenant: Tenant, found: Sequence[PromoterFacts]) -> list[Earner]:
    """Those of them who are members in good standing, with their contacts."""
    people = members.by_ids(tenant, [one.member_id for one in found])
    return [
        Earner(one, level, tuple(c for c in (person.email, person.phone) if c))
        for level, one in enumerate(found, 1)
        if (person := people.get(one.member_id)) and person.state == members.ACTIVE
    ]


_NO_SHARES: dict[str, Any] = {"first_rate": None, "second_rate": None}


def _shares(rates: Rates) -> dict[str, Any]:
    return {"first_rate": rates.first.ppm, "second_rate": rates.second.ppm}


def _rates_told(rates: Rates | None) -> dict[str, Any]:
    return {"first_rate": f"{rates.first} %", "second_rate": f"{rates.second} %"} if rates else {}


def _told(settings: Settings) -> dict[str, Any]:
    told = {"is_on": settings.is_on, "promotion_days": settings.days}
    return told | _rates_told(settings.rates)
