"""At the other site: what was pushed to it waits for its decision; and what sites above keep for
it may be tried at any time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.design import publishing
from kameng.domains.design import queries as design
from kameng.domains.design import service as designing
from kameng.domains.design.errors import DesignMissing
from kameng.domains.design.presets import offers as deciding
from kameng.domains.design.presets import queries
from kameng.domains.design.presets.errors import NoSuchPreset, PresetArchived
from kameng.domains.design.presets.queries import Offer, PresetFacts
from kameng.domains.terms import queries as terms
from kameng.faces.console.blueprint import pages
from kameng.faces.console.looks.pages import looks_gallery
from kameng.faces.console.presets import words
from kameng.faces.frame import fitting, giving, guards, themewords, who
from kameng.kit import clock
from tenants import registry
from tenants.context import use
from tenants.database import commit_bound


@dataclass(frozen=True)
class Shown:
    """A preset of a site above, as the gallery shows it; `offer` when it was pushed here."""

    preset: PresetFacts
    giver: str
    is_allowed: bool
    offer: Offer | None = None
    left_out: list[str] | None = None


def _gallery(slug: str, **_which: UUID) -> ResponseReturnValue:
    """Where a refusal is said."""
    return looks_gallery(slug=slug)


@pages.app_template_global()
def offered_looks() -> list[Shown]:
    """What waits for this site's decision."""
    found = [] if g.tenant.is_root else queries.offers(g.tenant)
    by_id = {one.push.id: one for one in found}
    shown = _shown([one.preset for one in found])
    return [
        Shown(one.preset, one.giver, one.is_allowed, offer, words.left_out(offer.push))
        for one, offer in zip(shown, by_id.values(), strict=True)
    ]


@pages.app_template_global()
def title_of(theme: str) -> str:
    """What a theme is called."""
    return themewords.title(theme)


@pages.app_template_global()
def keeps_presets() -> bool:
    """Whether this site may have sites below to keep presets for."""
    return terms.may_open_sites(g.tenant, now=clock.now())


@pages.app_template_global()
def presets_above() -> list[Shown]:
    """What sites above keep for this one."""
    return [] if g.tenant.is_root else _shown(queries.above(g.tenant))


def _shown(presets: list[PresetFacts]) -> list[Shown]:
    allows = terms.allowed(g.tenant)
    names = {one.id: one.name for one in registry.by_ids(g.tenant.chain).values()}
    return [
        Shown(
            one,
            names.get(one.tenant_id, ""),
            allows.has_theme(one.theme),
        )
        for one in presets
    ]


@pages.app_template_global()
def offer_of(revision_id: UUID) -> Offer | None:
    """The offer a version is the draft of, if it waits."""
    return None if g.tenant.is_root else queries.offered(g.tenant, revision_id)


def _live() -> UUID:
    facts = design.live_revision(g.tenant)
    if facts is None:
        raise DesignMissing()
    return facts.id


def _brought_up(push_id: UUID) -> tuple[UUID, UUID]:
    """The draft of an offer over what is live by now, and what is live."""
    offer, live = queries.offer(g.tenant, push_id), _live()
    commit_bound()
    return giving.brought_up(g.tenant, offer, live), live


@pages.post("/s/<slug>/design/offers/<uuid:push_id>/previews")
@guards.staff("design.edit", again=_gallery)
def preview_offer(push_id: UUID) -> ResponseReturnValue:
    """See it over the site as it is now."""
    revision_id, _live_id = _brought_up(push_id)
    return redirect(url_for(".look", revision_id=revision_id), 303)


@pages.post("/s/<slug>/design/offers/<uuid:push_id>/publication")
@guards.staff("design.edit", again=_gallery)
def publish_offer(push_id: UUID) -> ResponseReturnValue:
    """Let shoppers see it from now on."""
    revision_id, live = _brought_up(push_id)
    now = clock.now()
    publishing.publish(g.tenant, revision_id, expected=live, actor=who.actor(), now=now)
    deciding.published(g.tenant, revision_id, now=now)
    flash(_("Published. Shoppers see it from their next page on."), "ok")
    return redirect(url_for(".looks_gallery", undo=live), 303)


@pages.post("/s/<slug>/design/offers/<uuid:push_id>/refusal")
@guards.staff("design.edit", again=_gallery)
def decline_offer(push_id: UUID) -> ResponseReturnValue:
    """Keep nothing of it."""
    deciding.decline(g.tenant, push_id, actor=who.actor(), now=clock.now())
    flash(_("Declined. Your shop stays as it is; nothing of it was kept."), "ok")
    return redirect(url_for(".looks_gallery"), 303)


@pages.post("/s/<slug>/design/presets/<uuid:preset_id>/trials")
@guards.staff("design.edit", again=_gallery)
def try_preset(preset_id: UUID) -> ResponseReturnValue:
    """A draft of one's own in a preset of a site above."""
    facts, _look = queries.look(g.tenant, preset_id)
    if facts.archived_at is not None:
        raise PresetArchived()
    commit_bound()
    giver = registry.known(facts.tenant_id)
    if giver is None:
        raise NoSuchPreset()
    with use(giver):
        luggage = fitting.pack(giver, preset_id)
    bodies, now = fitting.fetch(luggage, g.tenant), clock.now()
    made = fitting.fit(g.tenant, luggage, bodies, now=now)
    saved = designing.save_draft(
        g.tenant, made.arrangement, author=who.actor().name, note=facts.name, now=now
    )
    if made.left_out:
        flash(_("Not taken along: %(what)s", what=words.listed(made.left_out)), "info")
    return redirect(url_for(".look", revision_id=saved.id), 303)
