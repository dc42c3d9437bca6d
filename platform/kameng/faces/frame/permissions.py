"""What each role may do in the console: the one table that decides the menu and every view."""

AGENT = frozenset(
    {
        "home.view",
        "goods.view",
        "listing.edit",
        "prices.view",
        "prices.edit",
        "orders.view",
        "orders.refund",
        "ledger.view",
        "members.view",
        "members.edit",
        "members.credit",
        "settings.view",
        "settings.edit",
        "audit.view",
        "sites.view",
        "sites.open",
        "sites.suspend",
        "sites.enter",
        "visits.end",
        "contacts.view",
        "packages.view",
        "packages.edit",
    }
)
OPERATOR = AGENT | {
    "goods.edit",
    "import.edit",
    "secrets.view",
    "secrets.edit",
    "secrets.reveal",
    "sites.deposit",
    "sites.move",
    "ledger.prove",
}
STEWARD = frozenset(
    {
        "home.view",
        "goods.view",
        "listing.edit",
        "prices.view",
        "orders.view",
        "settings.view",
        "settings.edit",
        "visits.end",
    }
)
"""Staff of a site above, in for a while to help: no contacts, no secrets, no money."""
ROLES: dict[str, frozenset[str]] = {
    "operator": OPERATOR,
    "agent": AGENT,
    "finance": frozenset(
        {
            "home.view",
            "orders.view",
            "ledger.view",
            "ledger.prove",
            "sites.view",
            "sites.deposit",
            "prices.view",
            "audit.view",
            "contacts.view",
        }
    ),
    "support": frozenset(
        {
            "home.view",
            "goods.view",
            "orders.view",
            "members.view",
            "members.edit",
            "contacts.view",
        }
    ),
    "steward": STEWARD,
}
ALL = frozenset().union(*ROLES.values())


def may(role: str, permission: str) -> bool:
    """Whether a role holds a permission; a permission nobody holds is a spelling mistake."""
    check(permission)
    return permission in ROLES.get(role, frozenset())


def check(permission: str) -> None:
    """Stop the start when a view names a permission that is not in the table."""
    if permission not in ALL:
        raise LookupError(f"no such permission: {permission}")
