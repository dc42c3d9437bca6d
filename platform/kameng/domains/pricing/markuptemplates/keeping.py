"""Templates as they are kept: checked, written, deleted, each with its line in the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from kameng.domains.pricing import rows
from kameng.domains.pricing.markuptemplates import queries, rules
from kameng.domains.pricing.markuptemplates.errors import (
    StaleTemplate,
    TemplateNameTaken,
    TooManyTemplates,
)
from kameng.domains.pricing.markuptemplates.models import MarkupTemplate
from kameng.domains.pricing.markuptemplates.queries import TemplateFacts
from kameng.domains.pricing.markuptemplates.rules import Line, Lines
from kameng.domains.terms import queries as terms
from kameng.domains.terms.errors import NoSuchLevel
from kameng.kit import audit, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

MOST = 100
"""Templates of one site."""


def add(tenant: Tenant, name: str, lines: Lines, *, actor: Actor, now: datetime) -> UUID:
    """A new one, checked before; TooManyTemplates."""
    count = select(func.count()).select_from(MarkupTemplate)
    if (session.scalar(count.where(MarkupTemplate.tenant_id == tenant.id)) or 0) >= MOST:
        raise TooManyTemplates(most=MOST)
    template_id = ids.uuid7()
    row = {"id": template_id, "tenant_id": tenant.id, "version": 1}
    row |= _values(name, lines, actor, now)
    session.execute(insert(MarkupTemplate.__table__).values(row))
    _note(tenant, actor, None, (name, lines))
    return template_id


def held(tenant: Tenant, template_id: UUID, version: int) -> TemplateFacts:
    """The template, if it is still the one somebody saw; StaleTemplate."""
    found = queries.facts(tenant, template_id)
    if found.version != version:
        raise StaleTemplate()
    return found


def checked(
    tenant: Tenant, template_id: UUID | None, name: str, lines: Sequence[Line]
) -> tuple[str, Lines]:
    """Name and lines as they may be kept."""
    rules.refuse_bad(lines)
    known = {one.id for one in terms.levels(tenant)}
    if any(line.level_id is not None and line.level_id not in known for line in lines):
        raise NoSuchLevel()
    wanted = rules.name_of(name)
    taken = select(MarkupTemplate.id).where(
        MarkupTemplate.tenant_id == tenant.id, MarkupTemplate.name == wanted
    )
    if session.scalar(taken) not in (None, template_id):
        raise TemplateNameTaken(name=wanted)
    return wanted, tuple(lines)


def write(
    tenant: Tenant, held: TemplateFacts, name: str, lines: Lines, *, actor: Actor, now: datetime
) -> None:
    """Other lines or another name; nothing where both are as they were."""
    if (name, lines) == (held.name, held.lines):
        return
    mine = (MarkupTemplate.tenant_id == tenant.id, MarkupTemplate.id == held.id)
    changed = _values(name, lines, actor, now) | {"version": held.version + 1}
    session.execute(update(MarkupTemplate).where(*mine).values(changed))
    _note(tenant, actor, (held.name, held.lines), (name, lines))


def drop(tenant: Tenant, held: TemplateFacts, actor: Actor) -> None:
    """The template is gone; what carries its id is decided before."""
    mine = (MarkupTemplate.tenant_id == tenant.id, MarkupTemplate.id == held.id)
    session.execute(delete(MarkupTemplate).where(*mine))
    _note(tenant, actor, (held.name, held.lines), None)


def _values(name: str, lines: Lines, actor: Actor, now: datetime) -> dict[str, object]:
    by = actor.name[:80]
    return {"name": name, "lines": rules.told(lines), "updated_at": now, "updated_by": by}


def _note(
    tenant: Tenant, actor: Actor, before: tuple[str, Lines] | None, after: tuple[str, Lines] | None
) -> None:
    """One line of the audit log; the prices themselves are kept with their change."""
    name = (after or before or ("",))[0]
    told = [_told(*one) if one else None for one in (before, after)]
    act = "markup_template.set" if after else "markup_template.drop"
    audit.record(tenant, actor, act, name, before=told[0], after=told[1])


def _told(name: str, lines: Lines) -> dict[str, object]:
    """A template in the few words the log has room for."""
    nothing = UUID(int=0)
    said: dict[str, object] = {"name": name}
    for line in lines:
        rule = rows.told(line.rule(nothing, nothing, nothing)) or {}
        who = " ".join(str(one) for one in (line.audience.value, line.level_id) if one)
        said[who] = rule
    return said
