"""What two colours are called that stand on each other."""

from typing import Any

from flask_babel import lazy_gettext as _

PAIRS: dict[str, Any] = {
    "text/bg": _("Text on the page"),
    "text/surface": _("Text on cards"),
    "muted/surface": _("Secondary text on cards"),
    "on-primary/primary": _("Text on buttons"),
    "price/surface": _("Prices on cards"),
    "link/surface": _("Links on cards"),
    "primary/surface": _("Buttons on cards"),
}
"""By the engine's own names, the colour in front first."""


def said(pair: str) -> str:
    """A pair in the words of whoever reads; one nobody named by its plain name."""
    return str(PAIRS.get(pair, pair))
