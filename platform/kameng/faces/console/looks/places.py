"""The pages of the shop a preview shows."""

from flask_babel import lazy_gettext as _l

PREVIEWED = {"home": "/", "category": "/c", "orders": "/orders", "sign_in": "/sign-in"}
LABELS = {
    "home": _l("Front page"),
    "category": _l("Category"),
    "orders": _l("Order query"),
    "sign_in": _l("Sign-in page"),
}


def known(at: str) -> str:
    """The page asked for, the front page for any other word."""
    return at if at in PREVIEWED else "home"


def path(at: str) -> str:
    """Where it is in the shop."""
    return PREVIEWED[known(at)]
