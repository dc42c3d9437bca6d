"""How the prices of an order came about, in sentences, as its lines kept it."""

from dataclasses import dataclass

from flask import g

from kameng.domains.orders.explained import explained
from kameng.domains.orders.facts import OrderView
from kameng.faces.console import pricewords
from kameng.faces.console.pricewords import Sentence
from kameng.faces.frame import permissions
from tenants.tree import Tenant


@dataclass(frozen=True)
class Told:
    """One line of an order, and how one piece of it came to its price."""

    name: str
    quantity: int
    steps: list[Sentence]


def told(view: OrderView, sites: dict[int, Tenant]) -> list[Told]:
    """The traces this person may read: from the own cost on, for those who may see prices."""
    if not permissions.may("prices.view"):
        return []
    names = {one: site.name for one, site in sites.items()}
    found = (explained(line, g.tenant.id) for line in view.lines)
    return [
        Told(one.name, one.quantity, pricewords.sentences(one.steps, names, one.cost))
        for one in found
        if one is not None
    ]
