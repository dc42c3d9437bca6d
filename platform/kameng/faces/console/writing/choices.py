"""What forms of the design let one choose from: pictures, and where a link may lead."""

from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext as _

from kameng.domains.catalog import queries as catalog
from kameng.domains.design.articles import queries as articles
from kameng.faces.console.design import choices as media
from kameng.faces.console.design.named import ID
from kameng.faces.console.writing import edits

Choices = list[tuple[str, str]]
Grouped = dict[str, Choices]
OUTSIDE = "external"
MOST = 200


@dataclass(frozen=True)
class Picker:
    """A picture field of a form: what is chosen, and what may be."""

    value: str
    choices: list[media.Choice]


def picker(name: str, kept: str) -> Picker:
    """The field `name`; of a form that is shown again, what was chosen there."""
    posted = request.method == "POST" and name in request.form
    value = request.form[name] if posted else kept
    return Picker(value, media.newest(g.tenant, value if ID.fullmatch(value) else None))


def picked(name: str, kept: str) -> str:
    """The picture a posted form says; a form without the field keeps what there is.

    First in a view, and refuses as console/design/choices.py does.
    """
    if name not in request.form and f"{name}_file" not in request.files:
        return kept
    row = media.picked(g.tenant, name)
    if row is None:
        return kept if kept.startswith("art:") else ""
    return str(row.id)


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
        _("Elsewhere"): [(f"{OUTSIDE}:", _("A web address (https)"))],
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
