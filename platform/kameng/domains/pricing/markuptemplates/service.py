"""The verbs of mark-up templates: make one, look at what it would do, decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kameng.domains.pricing.changes import service as changes
from kameng.domains.pricing.changes.entries import Kind, RuleEntry
from kameng.domains.pricing.markuptemplates import keeping, plans, previews, queries
from kameng.domains.pricing.markuptemplates.choices import Choice
from kameng.domains.pricing.markuptemplates.errors import PreviewMoved, StaleTemplate
from kameng.domains.pricing.markuptemplates.previews import Asked
from kameng.domains.pricing.markuptemplates.queries import Act, PreviewFacts, TemplateFacts
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.kit.audit import Actor
from tenants.tree import Tenant


def make(tenant: Tenant, name: str, lines: Sequence[Line], *, actor: Actor, now: datetime) -> UUID:
    """A new template; no price follows it yet."""
    changes.one_at_a_time(tenant)
    checked, kept = keeping.checked(tenant, None, name, lines)
    return keeping.add(tenant, checked, kept, actor=actor, now=now)


def save(
    tenant: Tenant,
    template_id: UUID,
    name: str,
    lines: Sequence[Line],
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> UUID | None:
    """Change a template. Where prices follow it and other lines are wanted, nothing happens yet:
    the preview of all of them is made, and its id comes back."""
    changes.one_at_a_time(tenant)
    held = keeping.held(tenant, template_id, version)
    checked, kept = keeping.checked(tenant, template_id, name, lines)
    if held.goods and set(kept) != set(held.lines):
        asked = Asked(Act.CHANGE, template_id, checked, kept, version)
        return _preview(tenant, asked, actor, now)
    keeping.write(tenant, held, checked, kept, actor=actor, now=now)
    return None


def preview(
    tenant: Tenant,
    template_id: UUID,
    choice: Choice,
    *,
    overwrite: bool = False,
    actor: Actor,
    now: datetime,
) -> UUID:
    """What laying a template on goods would do; `overwrite` also takes prices somebody typed."""
    held = queries.facts(tenant, template_id)
    return _preview(tenant, _laid(held, choice, overwrite=overwrite), actor, now)


def preview_again(tenant: Tenant, template_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """What bringing all goods of a template back to its lines would do."""
    held = queries.facts(tenant, template_id)
    asked = Asked(Act.CHANGE, held.id, held.name, held.lines, held.version)
    return _preview(tenant, asked, actor, now)


def preview_removal(tenant: Tenant, template_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """What removing a template together with the prices made by it would do."""
    held = queries.facts(tenant, template_id)
    asked = Asked(Act.REMOVE, held.id, held.name, held.lines, held.version)
    return _preview(tenant, asked, actor, now)


def renew(tenant: Tenant, preview_id: UUID, *, actor: Actor, now: datetime) -> UUID:
    """The same question asked again, by what holds now."""
    seen = queries.preview(tenant, preview_id)
    held = queries.facts(tenant, seen.template_id)
    if seen.act is Act.CHANGE and held.version != seen.version:
        raise StaleTemplate()
    previews.forget(tenant, [preview_id])
    lines = seen.lines if seen.act is Act.CHANGE else held.lines
    name = seen.name if seen.act is Act.CHANGE else held.name
    asked = Asked(
        seen.act, held.id, name, lines, held.version, seen.choice, overwrite=seen.overwrite
    )
    return _preview(tenant, asked, actor, now)


def commit(tenant: Tenant, preview_id: UUID, *, actor: Actor, now: datetime) -> UUID | None:
    """Do what a preview showed, exactly that; the id of the change, if a rule was written.

    PreviewMoved when a cost, a price, a rule or the template is not any more what it showed.
    """
    changes.one_at_a_time(tenant)
    seen = queries.preview(tenant, preview_id)
    held, made = _as_seen(tenant, seen, now)
    change_id = None
    if made or seen.act is Act.APPLY:
        change_id = _decide(tenant, seen.name, made, actor, now)
    if seen.act is Act.CHANGE:
        name, lines = keeping.checked(tenant, held.id, seen.name, seen.lines)
        keeping.write(tenant, held, name, lines, actor=actor, now=now)
    elif seen.act is Act.REMOVE:
        keeping.drop(tenant, held, actor)
    previews.forget(tenant, [preview_id])
    return change_id


def shown(tenant: Tenant, preview_id: UUID, *, now: datetime) -> list[RuleEntry]:
    """The entries a preview showed, for whoever asks what they would do below; PreviewMoved."""
    return _as_seen(tenant, queries.preview(tenant, preview_id), now)[1]


def let_go(
    tenant: Tenant, template_id: UUID, *, version: int, actor: Actor, now: datetime
) -> UUID | None:
    """Delete a template and leave its prices as they are, as if somebody had typed each."""
    changes.one_at_a_time(tenant)
    held = keeping.held(tenant, template_id, version)
    entries = plans.freed(queries.rules_by(tenant, template_id))
    change_id = _decide(tenant, held.name, entries, actor, now) if entries else None
    keeping.drop(tenant, held, actor)
    return change_id


def discard(tenant: Tenant, preview_id: UUID) -> None:
    """Nobody wants what it shows."""
    queries.preview(tenant, preview_id)
    previews.forget(tenant, [preview_id])


def entries(
    tenant: Tenant, template_id: UUID, choice: Choice, *, overwrite: bool = False, now: datetime
) -> list[RuleEntry]:
    """The entries that laying a template on goods would make, for whoever asks what if."""
    held = queries.facts(tenant, template_id)
    return previews.work_out(tenant, _laid(held, choice, overwrite=overwrite), now).plan.entries


def _laid(held: TemplateFacts, choice: Choice, *, overwrite: bool) -> Asked:
    return Asked(Act.APPLY, held.id, held.name, held.lines, held.version, choice, overwrite)


def _seen(seen: PreviewFacts) -> Asked:
    return Asked(
        seen.act,
        seen.template_id,
        seen.name,
        seen.lines,
        seen.version,
        seen.choice,
        overwrite=seen.overwrite,
    )


def _as_seen(
    tenant: Tenant, seen: PreviewFacts, now: datetime
) -> tuple[TemplateFacts, list[RuleEntry]]:
    """The template and the entries of a preview, as long as it still tells the truth."""
    held = queries.facts(tenant, seen.template_id)
    made = previews.work_out(tenant, _seen(seen), now)
    if held.version != seen.version or made.outcome.mark != seen.mark:
        raise PreviewMoved()
    return held, made.plan.entries


def _preview(tenant: Tenant, asked: Asked, actor: Actor, now: datetime) -> UUID:
    made = previews.work_out(tenant, asked, now)
    return previews.keep(tenant, asked, made, actor=actor, now=now)


def _decide(
    tenant: Tenant, name: str, made: Sequence[RuleEntry], actor: Actor, now: datetime
) -> UUID:
    return changes.commit(tenant, Kind.TEMPLATE, made, title=name, actor=actor, now=now)
