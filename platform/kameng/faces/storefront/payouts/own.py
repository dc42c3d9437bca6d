"""Who asks on these pages: a promoter of the bound shop, for money of his own."""

from typing import Any
from uuid import UUID

from flask import g, request

from kameng.domains.payees.rules import MEMBER, Owner
from kameng.domains.promotion import queries
from kameng.domains.promotion.errors import NoSuchPromoter
from kameng.domains.promotion.rules import PromoterFacts
from kameng.faces.frame import i18n, who
from kameng.faces.storefront import refused
from kameng.faces.storefront.payouts import words
from kameng.kit import ids
from kameng.kit.audit import Actor
from kameng.kit.errors import Refusal
from kameng.kit.money import Money

LONGEST = 80


def promoter() -> PromoterFacts:
    """The promoter who is signed in; NoSuchPromoter for other members."""
    member = who.member()
    found = queries.promoter(g.tenant, member.id) if member else None
    if found is None:
        raise NoSuchPromoter
    return found


def owner() -> Owner:
    """The owner whose money it is."""
    return Owner(MEMBER, str(promoter().member_id))


def actor() -> Actor:
    """Who acts: by his code, since the master reads it and knows no member of a sub-site."""
    found = promoter()
    return Actor(MEMBER, str(found.member_id), found.code, who.ip())


def locale() -> str:
    """The language in which he reads."""
    return i18n.locale()


def typed(name: str) -> str:
    """One field as it was typed, cut where nothing sensible ends."""
    return request.form.get(name, "")[:LONGEST].strip()


def amount() -> Money:
    """The amount that was typed; BadAmount."""
    plain = typed("amount").replace(",", "").replace("，", "").lstrip("¥￥")
    return Money.of(plain, g.tenant.currency)


def once() -> str:
    """The form's own key, below the member's: nobody meets another's."""
    return f"{promoter().member_id.hex}:{typed('once')[:40] or ids.token(12)}"


def picked(name: str) -> UUID:
    """A row that was chosen; what is no id is nobody's."""
    try:
        return UUID(typed(name))
    except ValueError:
        return UUID(int=0)


def errors(refusal: Refusal, fields: dict[str, str]) -> dict[str, Any]:
    """What was refused is undone; the sentence at its field, or over the form."""
    refused.undo()
    said = words.REFUSALS.get(refusal.code)
    return {fields.get(refusal.code, "form"): str(said) if said else refused.text(refusal)}
