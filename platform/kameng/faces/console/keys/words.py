"""What keys, their states and what they may do are called on screen."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kameng.domains.accounts.keys.queries import KeyState
from kameng.domains.accounts.keys.rules import DAYS

STATES: dict[KeyState, tuple[Any, str]] = {
    KeyState.IN_FORCE: (_l("In force"), "green"),
    KeyState.REVOKED: (_l("Revoked"), "secondary"),
    KeyState.EXPIRED: (_l("Over"), "secondary"),
    KeyState.ORPHANED: (_l("Its maker is gone"), "red"),
    KeyState.POWERLESS: (_l("Its maker may do none of it"), "orange"),
}
READS: dict[str, Any] = {
    "prices.view": _l("Read prices with cost, floor and how they came about; read price changes"),
}
"""What a key may do with a permission: what the API offers for it."""
FOR_EVER = ""


def durations() -> list[tuple[str, str]]:
    """How long a key may last."""
    lasting = [(str(days), _("%(n)s days", n=days)) for days in DAYS]
    return [*lasting, (FOR_EVER, _("until it is revoked"))]
