"""Package cards as a newcomer compares them: price, what is in, what is not."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from kameng.domains.terms.queries import PackageFacts
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
    coming: bool
    points: list[tuple[bool, str]]


def of(package: PackageFacts) -> Card:
    """The card of a package; one with a fee is shown and cannot be chosen yet."""
    return Card(
        id=str(package.id),
        name=package.name,
        summary=package.summary,
        price=_("Free") if package.is_free else cash(package.fee),
        term=_term(package),
        popular=package.popular,
        coming=not package.is_free,
        points=_points(package),
    )


def _term(package: PackageFacts) -> str:
    if package.trial_days:
        return _("%(days)s days to try", days=package.trial_days)
    return _("no end date") if package.is_free else _("once")


def _points(package: PackageFacts) -> list[tuple[bool, str]]:
    """What the package does today; what a later issue brings is promised by nobody before."""
    return [
        (True, _("All products, stock and delivery included")),
        (True, _("Your own prices, your own margin")),
        (package.allows.own_domain, _("Your own domain")),
        (package.allows.child_sites, _("Sub-sites below yours")),
    ]


def first_choice(cards: list[Card]) -> str:
    """The card marked when the page opens: the most chosen one that can be had."""
    open_ones = [card for card in cards if not card.coming]
    best = next((card for card in open_ones if card.popular), None)
    return best.id if best else next((card.id for card in open_ones), "")
