"""The look a new site was promised at sign-up, when it is a preset of a site above: packed there,
worn here in the same transaction that begins the site's design.

What cannot be had any more keeps no shop from opening: it begins as its theme has it, and the log
says why.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kameng.domains.design import queries as design
from kameng.domains.design.presets import queries
from kameng.domains.design.presets.errors import NoSuchPreset
from kameng.faces.frame import fitting
from kameng.faces.frame.fitting import Bodies, Luggage
from kameng.kit.errors import Refusal
from tenants import registry
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant

_log = logging.getLogger("kameng.opening")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True)
class Packed:
    """A preset with the bytes of its pictures, ready to be put down at one new site."""

    luggage: Luggage
    bodies: Bodies


def packed(site: Tenant, wanted: str) -> Packed | None:
    """What the site's application named, if that is a preset of a site above; nothing bound."""
    preset_id = preset_named(wanted)
    if preset_id is None:
        return None
    try:
        luggage = _luggage(site, preset_id)
        return Packed(luggage, fitting.fetch(luggage, site))
    except Refusal as refusal:
        _log.warning("site %s begins without preset %s: %s", site.id, preset_id, refusal.code)
        return None


def worn(
    site: Tenant,
    chosen: Packed | None,
    plain: Mapping[str, Any],
    *,
    primary: str,
    now: datetime,
) -> dict[str, Any]:
    """How the site begins: in the preset's look and under its own name, with the colour that was
    asked for; bound to the site. Whoever opens it at the same moment waits, and copies nothing."""
    if chosen is None:
        return dict(plain)
    session.execute(_ALONE, {"name": f"first_look:{site.id}"})
    if design.live_revision(site) is not None:
        return dict(plain)
    try:
        with session.begin_nested():
            made = fitting.first(site, dict(plain), chosen.luggage, chosen.bodies, now=now)
    except Refusal as refusal:
        _log.warning("site %s begins without its preset: %s", site.id, refusal.code)
        return dict(plain)
    return {**made, "tokens": {**made["tokens"], **({"primary": primary} if primary else {})}}


def preset_named(wanted: str) -> UUID | None:
    """The preset of a site that a word stands for; None for a theme's own."""
    try:
        return UUID(wanted)
    except ValueError:
        return None


def _luggage(site: Tenant, preset_id: UUID) -> Luggage:
    """Packed at the site above that keeps it. Refuses NoSuchPreset, ThemeGone."""
    with use(site):
        preset, _look = queries.look(site, preset_id)
    giver = registry.known(preset.tenant_id)
    if giver is None:
        raise NoSuchPreset()
    with use(giver):
        return fitting.pack(giver, preset_id)
