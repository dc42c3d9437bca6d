"""The one door by which a saved version becomes what shoppers see. Inside `use(tenant)`.

A version may have been saved long ago: the line of its template may be gone or behind the site's by
now, and what it holds may not fit any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from kameng.domains.design import judging, queries, service
from kameng.domains.design.errors import MadeUnderAnotherLine
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rollouts import queries as rollouts
from kameng.domains.design.rollouts import rules
from kameng.domains.design.rules import Arrangement
from kameng.kit.audit import Actor
from tenants.tree import Tenant

Fitted = Callable[[Tenant, Arrangement, Arrangement], Arrangement]


def publish(
    tenant: Tenant, revision_id: UUID, *, expected: UUID, actor: Actor, now: datetime
) -> RevisionFacts:
    """Make a version live if `expected` still is. One of another line than the site is on comes as
    a new version, brought to the site's by its declared steps; any other is drawn as it was then.

    Refuses DesignMoved, NoSuchRevision, DesignMissing, TemplateGone, MadeUnderAnotherLine,
    BadDesign, ColoursUnreadable.
    """
    return _made_live(tenant, revision_id, expected, actor, now, _judged)


def put_back(
    tenant: Tenant, revision_id: UUID, *, expected: UUID, actor: Actor, now: datetime
) -> RevisionFacts:
    """Make live again what was live a while ago, and is no press of anybody's: as it was, where its
    template can still draw it. Refuses DesignMoved, NoSuchRevision, DesignMissing, TemplateGone,
    MadeUnderAnotherLine."""
    return _made_live(tenant, revision_id, expected, actor, now, _as_it_was)


def line_for(tenant: Tenant, theme: str, made_on: str) -> str:
    """The line on which a document of a template, made on some line, is to be shown here.

    Refuses TemplateGone, MadeUnderAnotherLine where no line will do."""
    there, live = judging.lines(theme), queries.live_revision(tenant)
    own = live.theme_version if live is not None and live.theme == theme else None
    found = rules.line_for(made_on, own, there, rollouts.tried(tenant, theme))
    if found is None:
        raise MadeUnderAnotherLine(line=made_on, live=own or there[-1])
    return found


def _made_live(
    tenant: Tenant,
    revision_id: UUID,
    expected: UUID,
    actor: Actor,
    now: datetime,
    fitted: Fitted,
) -> RevisionFacts:
    service.check_live(tenant, expected)
    facts, saved = queries.revision(tenant, revision_id)
    made = fitted(tenant, saved, queries.live(tenant))
    if made is not saved:
        note = facts.note or f"{facts.seq} · {facts.theme_version} → {made['version']}"
        made_by = facts.author or actor.name
        revision_id = service.add_revision(tenant, made, author=made_by, note=note, now=now).id
    return service.publish_revision(tenant, revision_id, expected=expected, actor=actor, now=now)


def _judged(tenant: Tenant, saved: Arrangement, live: Arrangement) -> Arrangement:
    line = line_for(tenant, saved["theme"], saved["version"])
    made = saved if line == saved["version"] else judging.brought_to(saved, line)
    judging.check_fit(made)
    judging.check_colours(made, live)
    return made


def _as_it_was(tenant: Tenant, saved: Arrangement, live: Arrangement) -> Arrangement:
    there = judging.lines(saved["theme"])
    try:
        line = line_for(tenant, saved["theme"], saved["version"])
        return saved if line == saved["version"] else judging.brought_to(saved, line)
    except MadeUnderAnotherLine:
        if saved["version"] not in there:
            raise
        return saved
