"""What the site itself and those above it keep for their agents: looks a newcomer may begin with,
beside the themes' own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort, g, url_for

from kameng.domains.design.presets import queries
from kameng.domains.design.presets.errors import PresetArchived, ThemeGone
from kameng.domains.design.presets.queries import PresetFacts
from kameng.domains.design.rules import digest
from kameng.faces.frame import guards, sketches, themewords
from kameng.faces.signup.blueprint import signup
from tenants import registry
from tenants.tree import Tenant
from themes import engine

MOST = 10
"""So many are shown; the others can be tried in the new shop's console."""


@dataclass(frozen=True, slots=True)
class Given:
    """One look as it stands on the page; `trade` is one of the industries or ""."""

    value: str
    name: str
    note: str
    giver: str
    theme: str
    trade: str
    picture: str


def cards(tenant: Tenant) -> list[Given]:
    """The site's own looks first, then those of sites above; the newest of each first."""
    found = [*queries.own(tenant), *queries.above(tenant)]
    there = [one for one in found if one.theme in engine.THEMES][:MOST]
    names = {one.id: one.name for one in registry.by_ids(tenant.chain).values()} if there else {}
    return [_card(one, names.get(one.tenant_id, "")) for one in there]


def chosen(tenant: Tenant, preset_id: UUID) -> PresetFacts:
    """The look that was picked. Refuses NoSuchPreset, PresetArchived, ThemeGone."""
    facts, _look = queries.look(tenant, preset_id)
    if facts.archived_at is not None:
        raise PresetArchived()
    if facts.theme not in engine.THEMES:
        raise ThemeGone(theme=facts.theme)
    return facts


def _card(preset: PresetFacts, giver: str) -> Given:
    return Given(
        value=str(preset.id),
        name=preset.name,
        note=preset.note,
        giver=giver,
        theme=themewords.title(preset.theme),
        trade=preset.trade,
        picture=url_for("signup.given_picture", preset_id=preset.id),
    )


@signup.get("/open/given/<uuid:preset_id>.svg")
@guards.public
def given_picture(preset_id: UUID) -> Response:
    """Its front page as blocks; of one that is put away nothing is shown."""
    facts, look = queries.look(g.tenant, preset_id)
    if facts.archived_at is not None:
        abort(404)
    return sketches.answer(look | {"digest": digest(look)})
