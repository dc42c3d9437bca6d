"""A preset made into the look of one other site: its pictures copied there, its links to what that
site has not taken out. The console does it at once for who tries one, the worker for who is given
one; nothing is bound when these are called, but where a line says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.design import queries as design
from kameng.domains.design.errors import DesignMissing, ThemeNotInPackage
from kameng.domains.design.media import queries as media
from kameng.domains.design.media import service as keeping
from kameng.domains.design.media.queries import MediaFacts
from kameng.domains.design.presets import queries
from kameng.domains.design.presets.errors import DoesNotFit, MadeOnNewerLine, ThemeGone
from kameng.domains.design.presets.offers import Fitted
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.design.rules import Arrangement
from kameng.domains.terms import queries as terms
from kameng.kit.audit import Actor
from kameng.kit.pictures import Ready
from tenants.context import use
from tenants.tree import Tenant
from themes import engine
from themes.engine import Carried

Named = tuple[str, str]
"""A kind of thing and its id, as a look carries it."""


@dataclass(frozen=True)
class Luggage:
    """What of its maker travels with a preset: the look, what things in it are called there, and
    the pictures that are still there."""

    giver: Tenant
    preset: PresetFacts
    look: Arrangement
    names: Mapping[Named, str]
    pictures: Mapping[UUID, MediaFacts]


def pack(giver: Tenant, preset_id: UUID) -> Luggage:
    """Everything about a preset but the bytes; bound to its maker. Refuses NoSuchPreset,
    ThemeGone."""
    preset, look = queries.look(giver, preset_id)
    if preset.theme not in engine.THEMES:
        raise ThemeGone(theme=preset.theme)
    ids = _refs(engine.carried_by(look))
    pictures = media.some(giver, ids.get("media", ()))
    products = catalog.product_names(giver, ids.get("product", ()))
    names = {("product", str(key)): name for key, name in products.items()}
    names |= {("category", str(one.id)): one.name for one in catalog.categories(giver)}
    names |= {("media", str(key)): one.name for key, one in pictures.items()}
    return Luggage(giver, preset, look, names, pictures)


@dataclass(frozen=True)
class Bodies:
    """The pictures of a preset at one site: those it has already, and the bytes of the others."""

    there: Mapping[UUID, UUID]
    fresh: Mapping[UUID, Ready]


def fetch(luggage: Luggage, site: Tenant) -> Bodies:
    """The bytes of what the site has not. Refuses ThemeNotInPackage before any is read."""
    theme = luggage.preset.theme
    with use(site):
        live = design.live_revision(site)
        if not terms.allowed(site).has_theme(theme) and (live is None or live.theme != theme):
            raise ThemeNotInPackage(theme=engine.title(theme)["zh_CN"])
        there = media.same(site, luggage.pictures.values())
    with use(luggage.giver):
        read = {
            one: media.ready(luggage.giver, one) for one in luggage.pictures if one not in there
        }
    return Bodies(there, {one: ready for one, ready in read.items() if ready is not None})


def fit(site: Tenant, luggage: Luggage, bodies: Bodies, *, now: datetime) -> Fitted:
    """The site in the preset's look; bound to the site, its pictures kept when that commits.
    Refuses StorageFull, DesignMissing, ThemeGone, MadeOnNewerLine, DoesNotFit."""
    live, facts = design.live(site), design.live_revision(site)
    if facts is None:
        raise DesignMissing()
    copies = _copied(site, luggage, bodies, now)
    made, left = _made(site, live, luggage, {**bodies.there, **copies})
    new = [str(one) for one in copies.values()]
    giver, name = luggage.giver.name, luggage.preset.name
    return Fitted(made, giver, name, facts.id, new, left)


def first(
    site: Tenant, plain: Arrangement, luggage: Luggage, bodies: Bodies, *, now: datetime
) -> Arrangement:
    """The same for a site that has no look yet, over what it would begin with; bound to the site.
    Refuses StorageFull, ThemeGone, MadeOnNewerLine, DoesNotFit."""
    copies = _copied(site, luggage, bodies, now)
    return _made(site, plain, luggage, {**bodies.there, **copies})[0]


def _made(
    site: Tenant, live: Arrangement, luggage: Luggage, pictures: Mapping[UUID, UUID]
) -> tuple[Arrangement, list[dict[str, str]]]:
    """The look over what the site has, and what of it the site could not have."""
    here = _things(site, luggage.look, live) | {
        ("media", str(old)): str(new) for old, new in pictures.items()
    }
    left: dict[Named, dict[str, str]] = {}

    def become(one: Carried) -> str:
        named = (one.kind, one.ref)
        if named not in here:
            said = luggage.names.get(named, "")
            left.setdefault(named, {"kind": one.kind, "name": said, "section": one.section})
        return here.get(named, "")

    return _dressed(live, engine.rewritten(luggage.look, become)), list(left.values())


def _copied(site: Tenant, luggage: Luggage, bodies: Bodies, now: datetime) -> dict[UUID, UUID]:
    actor = Actor("system", str(luggage.giver.id), luggage.giver.name)
    made: dict[UUID, UUID] = {}
    for old, ready in bodies.fresh.items():
        told = luggage.pictures[old]
        kept = keeping.keep(site, ready, name=told.name, alt=told.alt, actor=actor, now=now)
        made[old] = kept.id
    return made


def _things(site: Tenant, look: Arrangement, live: Arrangement) -> dict[Named, str]:
    """What the look names and the site has under the same id: goods and categories of the shared
    catalogue, pages of its own or of the look."""
    refs = _refs(engine.carried_by(look))
    products = catalog.product_names(site, refs.get("product", ()))
    pages = {**(look.get("pages") or {}), **(live.get("pages") or {})}
    choices = goods.category_choices(site)
    return {
        **{("product", str(one)): str(one) for one in products},
        **{("category", str(one.id)): str(one.id) for one in choices},
        **{("page", slug): slug for slug in pages},
    }


def _refs(carried: Iterable[Carried]) -> dict[str, set[UUID]]:
    """The ids of each kind that are ids of rows."""
    found: dict[str, set[UUID]] = {}
    for one in carried:
        if (row := _uuid(one.ref)) is not None:
            found.setdefault(one.kind, set()).add(row)
    return found


def _dressed(live: Arrangement, look: Arrangement) -> Arrangement:
    """On the look's own line of the theme; a site that uses the theme already stays on its line."""
    try:
        made = engine.dress(live, look)
        there = engine.lines(made["theme"])
        stays = live["theme"] == made["theme"] and live["version"] in there
        return _on_line(made, live["version"], there) if stays else made
    except engine.UnknownTheme:
        raise ThemeGone(theme=str(look.get("theme"))) from None
    except engine.BadArrangement:
        raise DoesNotFit() from None


def _on_line(made: Arrangement, line: str, there: Sequence[str]) -> Arrangement:
    """A look on the line the site is on. The way to an older one leads over no step of a theme."""
    try:
        return engine.upgrade(made, line)
    except engine.BadArrangement:
        if there.index(line) < there.index(made["version"]):
            raise MadeOnNewerLine(line=made["version"], live=line) from None
        raise


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
