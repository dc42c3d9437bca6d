"""What forms of the design let one choose from: pictures, and where a link may lead."""

from flask import g
from flask_babel import gettext as _

from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.domains.design.media import queries as media
from kameng.faces.console.writing import edits

Choices = list[tuple[str, str]]
Grouped = dict[str, Choices]
OUTSIDE = "external"
MOST = 200


def pictures(kept: str = "") -> Choices:
    """The site's pictures, newest first; one that is chosen stays, even when it is gone."""
    rows, _total = media.page(g.tenant, size=MOST)
    found = [(str(one.id), one.name) for one in rows]
    lost = [(kept, _("(not there any more)"))] if kept and kept not in dict(found) else []
    return [("", _("None")), *found, *lost]


def targets() -> Grouped:
    """Where a line of a menu may lead, as "kind:reference", in groups."""
    pages = (edits.live().get("pages") or {}).items()
    shelves = catalog.categories(g.tenant)[:MOST]
    written = articles.titles(g.tenant, size=MOST)
    groups = {
        _("Places in the shop"): places(),
        _("Own pages"): [(f"page:{slug}", one["title"]) for slug, one in pages],
        _("Articles"): [(f"article:{slug}", title) for slug, title in written],
        _("Categories"): [(f"category:{one.id}", one.name) for one in shelves],
        _("Elsewhere"): [(f"{OUTSIDE}:", _("An address on the web (https)"))],
    }
    return {name: found for name, found in groups.items() if found}


def places() -> Choices:
    """The pages every shop has."""
    return [
        ("home:", _("Front page")),
        ("categories:", _("All goods")),
        ("orders:", _("Order query")),
        ("member:", _("Member centre")),
        ("notices:", _("Notices")),
        ("help:", _("Help")),
        ("open:", _("Open a sub-site")),
    ]
