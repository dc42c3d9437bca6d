"""The one table of who may do what: resource.action, the built-in roles, the platform's
limit. Pure.

A new permission is one word here; then a route names it, faces/console/team/words.py says what it
means, and the tests ask every role at every route.
"""

from __future__ import annotations

from collections.abc import Iterable

from kameng.domains.accounts.errors import (
    BadRoleName,
    BeyondPlatformLimit,
    NoSuchPermission,
    NotYoursToGive,
    RoleEmpty,
    RoleNotHere,
)

TABLE: dict[str, tuple[str, ...]] = {
    "home": ("view",),
    "goods": ("view", "edit"),
    "listing": ("edit",),
    "import": ("edit",),
    "secrets": ("view", "edit", "reveal"),
    "prices": ("view", "edit", "approve"),
    "orders": ("view", "refund", "return", "late"),
    "contacts": ("view",),
    "members": ("view", "edit", "credit"),
    "promotion": ("view", "edit"),
    "sites": ("view", "open", "suspend", "enter", "move", "deposit"),
    "packages": ("view", "edit"),
    "ledger": ("view", "prove"),
    "plan": ("view", "pay"),
    "topups": ("view", "pay", "refund", "edit"),
    "settlement": ("run",),
    "payees": ("edit", "verify"),
    "withdrawals": ("ask", "review", "pay", "set"),
    "channels": ("edit", "allow"),
    "design": ("view", "edit", "release"),
    "settings": ("view", "edit"),
    "staff": ("view", "edit"),
    "roles": ("edit",),
    "keys": ("edit",),
    "visits": ("end",),
    "audit": ("view",),
}
"""Every permission there is, in the order of the menu."""
ALL = frozenset(f"{resource}.{act}" for resource, acts in TABLE.items() for act in acts)

MASTER_ONLY = frozenset(
    {
        *("payees.verify", "withdrawals.review", "withdrawals.pay", "withdrawals.set"),
        *("goods.edit", "import.edit", "prices.approve"),
        *("secrets.view", "secrets.edit", "secrets.reveal"),
        *("orders.return", "orders.late"),
        *("sites.move", "sites.deposit", "ledger.prove", "settlement.run"),
        *("topups.edit", "channels.allow", "design.release"),
    }
)
"""What nobody on a sub-site is ever given, by whatever role: the master's goods and secrets, money
said to have been received, the place of sites in the tree, the proof of the books, how much may be
paid onto a balance at once, the leave to collect by oneself, which line of a theme sites show."""

NEEDS = {
    "listing.edit": "goods.view",
    "import.edit": "goods.view",
    "orders.return": "orders.refund",
    "orders.late": "orders.return",
    "contacts.view": "orders.view",
    "staff.view": "settings.view",
    "roles.edit": "staff.view",
    "keys.edit": "settings.view",
    "payees.edit": "ledger.view",
    "payees.verify": "ledger.view",
    "withdrawals.ask": "ledger.view",
    "withdrawals.review": "ledger.view",
    "withdrawals.pay": "withdrawals.review",
    "withdrawals.set": "withdrawals.review",
    "settlement.run": "ledger.view",
    "channels.edit": "ledger.view",
    "channels.allow": "sites.view",
}
"""A permission that is of no use without another; besides, every act needs to see its resource."""

OPERATOR = ALL
AGENT = ALL - MASTER_ONLY
_DESK = frozenset({"home.view", "goods.view", "orders.view", "members.view", "contacts.view"})
BUILT_IN: dict[str, frozenset[str]] = {
    "operator": OPERATOR,
    "agent": AGENT,
    "finance": frozenset(
        {
            *("home.view", "orders.view", "orders.refund", "contacts.view", "prices.view"),
            "orders.return",
            *("ledger.view", "ledger.prove", "settlement.run"),
            *("topups.view", "topups.pay", "topups.refund", "plan.view"),
            *("payees.verify", "withdrawals.ask", "withdrawals.review", "withdrawals.pay"),
            *("sites.view", "sites.deposit", "audit.view"),
        }
    ),
    "catalogue": frozenset(
        {
            *("home.view", "goods.view", "goods.edit", "listing.edit", "import.edit"),
            *("secrets.view", "secrets.edit", "prices.view"),
        }
    ),
    "support": _DESK | {"members.edit"},
    "marketing": frozenset(
        {
            *("home.view", "goods.view", "listing.edit", "prices.view", "members.view"),
            *("design.view", "design.edit"),
        }
    ),
    "agent_staff": _DESK | {"listing.edit", "prices.view", "sites.view"},
    "steward": frozenset(
        {
            *("home.view", "goods.view", "listing.edit", "prices.view", "orders.view"),
            *("design.view", "design.edit"),
            *("settings.view", "settings.edit", "visits.end"),
        }
    ),
}
STEWARD = "steward"
"""Staff of a site above, in for a while: no contacts, no secrets, no money. By a visit only."""
OWNERS = frozenset({"operator", "agent"})
"""Hold everything their site may hold; every site keeps at least one person who is one of them."""
OWN = "own-"
"""What the code of a site's own role begins with."""
LONGEST_NAME, MOST_ROLES = 30, 40


def roles_of(*, root: bool) -> tuple[str, ...]:
    """The built-in roles that can be given on a master site, or on a sub-site."""
    first = ("operator",) if root else ("agent", "agent_staff")
    return (*first, "finance", "catalogue", "support", "marketing")


def limit(*, root: bool) -> frozenset[str]:
    """The most anybody on a site may hold."""
    return ALL if root else ALL - MASTER_ONLY


def held(role: str, own: Iterable[str] = (), *, root: bool) -> frozenset[str]:
    """What a role lets its people do on a site; `own` is what a site's own role was given.

    Cut to the limit whatever is stored: a role never outgrows the site it is for.
    """
    named = frozenset(own) if role.startswith(OWN) else BUILT_IN.get(role, frozenset())
    return named & limit(root=root)


def with_what_they_need(permissions: Iterable[str]) -> frozenset[str]:
    """These and those they are of no use without. Refuses NoSuchPermission."""
    whole = set(permissions)
    unknown = whole - ALL
    if unknown:
        raise NoSuchPermission(permissions=sorted(unknown))
    while more := {one for given in whole for one in _needs(given)} - whole:
        whole |= more
    return frozenset(whole)


def _needs(permission: str) -> set[str]:
    seen = permission.partition(".")[0] + ".view"
    wanted = {seen} & ALL
    return wanted | ({NEEDS[permission]} if permission in NEEDS else set())


def check_gift(wanted: Iterable[str], mine: Iterable[str], *, root: bool) -> None:
    """Refuse what the platform gives nobody here (BeyondPlatformLimit) and what the giver does not
    hold himself (NotYoursToGive)."""
    beyond = set(wanted) - limit(root=root)
    if beyond:
        raise BeyondPlatformLimit(permissions=sorted(beyond))
    missing = set(wanted) - set(mine)
    if missing:
        raise NotYoursToGive(permissions=sorted(missing))


def check_place(role: str, *, root: bool) -> None:
    """Refuse a built-in role that is not for this kind of site (RoleNotHere)."""
    if role not in roles_of(root=root) and not role.startswith(OWN):
        raise RoleNotHere(role=role)


def check_name(text: str) -> str:
    """The name of an own role on one line. Refuses BadRoleName."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise BadRoleName(most=LONGEST_NAME)
    if plain.casefold() in BUILT_IN or plain.casefold().startswith(OWN):
        raise BadRoleName(most=LONGEST_NAME)
    return plain


def check_some(permissions: frozenset[str]) -> frozenset[str]:
    """Refuse a role that lets nobody do anything (RoleEmpty)."""
    if not permissions:
        raise RoleEmpty()
    return permissions
