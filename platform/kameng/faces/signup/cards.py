"""Package cards as a newcomer compares them: price, what is in, what is not."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from kameng.domains.terms.queries import PackageFacts
from kameng.faces.frame import packagewords
from kameng.faces.frame.money import cash


@dataclass(frozen=True, slots=True)
class Card:
    """One package, ready to be drawn; `points` are (is in, text)."""

    id: str
    name: str
    summary: str
    price: str
    term: str
    popular: bool
    is_free: bool
    points: list[tuple[bool, str]]


def of(package: PackageFacts) -> Card:
    """The card of a package."""
    return Card(
        id=str(package.id),
        name=package.name,
        summary=package.summary,
        price=_price(package),
        term=_term(package),
        popular=package.popular,
        is_free=package.is_free,
        points=_points(package),
    )


def _price(package: PackageFacts) -> str:
    if package.is_free:
        return _("Free")
    if package.fee.micro:
        return _("%(fee)s a month", fee=cash(package.fee))
    return _("%(fee)s a year", fee=cash(package.fee_year))


def _term(package: PackageFacts) -> str:
    """What else there is to know of its price; a fee is paid after the shop was opened."""
    parts = []
    if package.fee.micro and package.fee_year:
        parts.append(_("%(fee)s a year", fee=cash(package.fee_year)))
    if package.trial_days:
        parts.append(_("%(days)s days to try", days=package.trial_days))
    elif not package.is_free:
        parts.append(_("first payment within a day"))
    return "，".join(parts) or _("no end date")


def _points(package: PackageFacts) -> list[tuple[bool, str]]:
    """What the package does today; what a later issue brings is promised by nobody before."""
    return [
        (True, _("All products, stock and delivery included")),
        (True, _("Your own prices, your own margin")),
        *packagewords.points(package.allows),
    ]


def first_choice(cards: list[Card]) -> str:
    """The card marked when the page opens: the most chosen one."""
    best = next((card for card in cards if card.popular), None)
    return best.id if best else next((card.id for card in cards), "")
