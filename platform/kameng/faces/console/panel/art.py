"""What a theme has drawn, to look at in the console; its pictures lie on the shop's host."""

from typing import Any

from flask import Response, abort, make_response
from flask_babel import gettext as _

from kameng.faces.console.blueprint import pages
from kameng.faces.frame import guards
from themes import engine

FOREVER = "public, max-age=31536000, immutable"


def choices(theme: str, version: str | None) -> list[dict[str, str]]:
    """Every picture of the theme: the value of a setting, an address here, what it is called."""
    known = names()
    return [
        {"value": f"art:{name}", "src": f"/theme{picture['src']}", "name": known.get(name, name)}
        for name, picture in sorted(engine.art(theme, version).items(), key=_banners_first)
    ]


def _banners_first(named: tuple[str, Any]) -> tuple[bool, str]:
    return not named[0].startswith("banner"), named[0]


def names() -> dict[str, str]:
    """What the pictures every theme draws are called."""
    return {
        "banner-games": _("Banner: games"),
        "banner-video": _("Banner: films and music"),
        "banner-phone": _("Banner: phone credit"),
        "banner-mix": _("Banner: all kinds"),
        "empty-goods": _("Empty shelf"),
        "empty-orders": _("No orders"),
        "empty-search": _("Nothing found"),
        "empty-gift": _("Empty box of gifts"),
        "not-found": _("Page not found"),
        "invite": _("Invitation"),
        "clouds": _("Clouds"),
        "lantern": _("Lantern"),
        "treasure": _("Treasure"),
    }


@pages.get("/theme/assets/<theme>/<version>/<digest>/art/<name>", endpoint="theme_picture")
@guards.public
def theme_picture(theme: str, version: str, digest: str, name: str) -> Response:
    """One picture of a theme; a hash that is not this file's is no address at all."""
    known = theme in engine.THEMES
    found = engine.asset(theme, version, digest, f"art/{name}") if known else None
    if found is None or not found.content_type.startswith("image/"):
        abort(404)
    answer = make_response(found.body)
    answer.headers["Content-Type"] = found.content_type
    answer.headers["Cache-Control"] = FOREVER
    return answer
