"""What the person of this request may do on the site he stands on: decides the menu and every view.

The table itself is domains/accounts/roles/rules.py; the guard has read what is held just now.
"""

from flask import g

from kameng.domains.accounts.roles import rules


def may(permission: str) -> bool:
    """Whether it is held; a permission nobody can hold is a spelling mistake."""
    check(permission)
    return permission in g.get("held", frozenset())


def check(permission: str) -> None:
    """Stop the start when a view names a permission that is not in the table."""
    if permission not in rules.ALL:
        raise LookupError(f"no such permission: {permission}")
