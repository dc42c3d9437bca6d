"""The verbs on a site's design: start, draft, publish, change the site's texts and colour.

The arrangement handed in was checked by the theme engine at the edge. Inside `use(tenant)`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, cast, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from kameng.domains.design import judging, queries, rules
from kameng.domains.design.errors import DesignMissing, DesignMoved, NoSuchRevision
from kameng.domains.design.models import DesignRevision, SiteDesign, ThemeUse
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import Arrangement
from kameng.kit import audit, due, ids
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant

ONLY = 1
LONGEST_NOTE = 120
PRUNE, OLD = "design.prune", "old versions"
PRUNED_AFTER = timedelta(days=1)


_REVISION, _POINTER = DesignRevision.__table__, SiteDesign.__table__
_FIRST = (
    insert(_REVISION)
    .from_select(
        list(_REVISION.c.keys()),
        select(*(bindparam(column.name, type_=column.type) for column in _REVISION.c)).where(
            ~select(_POINTER.c.id).exists()
        ),
        include_defaults=False,
    )
    .returning(_REVISION.c.id)
    .cte("first")
)
_START = (
    insert(_POINTER)
    .from_select(
        ["id", "live_rev", "published_at"],
        select(
            cast(ONLY, _POINTER.c.id.type),
            _FIRST.c.id,
            bindparam("created_at", type_=_REVISION.c.created_at.type),
        ),
        include_defaults=False,
    )
    .returning(_POINTER.c.live_rev)
)
_USE = ThemeUse.__table__
_FIRST_USE = (
    upsert(_USE)
    .from_select(
        list(_USE.c.keys()),
        select(
            bindparam("use_tenant", type_=_USE.c.tenant_id.type),
            bindparam("use_root", type_=_USE.c.root_id.type),
            bindparam("theme", type_=_USE.c.theme.type),
            bindparam("theme_version", type_=_USE.c.line.type),
            bindparam("created_at", type_=_USE.c.since.type),
        ).select_from(_FIRST),
        include_defaults=False,
    )
    .on_conflict_do_nothing()
    .cte("used")
)
_START = _START.add_cte(_FIRST_USE)
"""The first revision, the pointer to it and what is in use in one trip: whoever opens a shop waits
for this."""


def start(tenant: Tenant, arrangement: Arrangement, *, author: str, now: datetime) -> RevisionFacts:
    """Give a new site its first, live arrangement; a site that has one keeps it."""
    first = _new(arrangement, seq=1, author=author, note="", now=now)
    row = {column.name: getattr(first, column.name) for column in _REVISION.c}
    row |= {"use_tenant": tenant.id, "use_root": tenant.root_id}
    started = session.scalar(_START, row)
    return queries.revision_facts(first if started else _revision(_begun().live_rev))


def _begun() -> SiteDesign:
    row = session.get(SiteDesign, ONLY)
    if row is None:
        raise DesignMissing()
    return row


def save_draft(
    tenant: Tenant, arrangement: Arrangement, *, author: str, note: str = "", now: datetime
) -> RevisionFacts:
    """Keep an arrangement that is not live yet. Refuses DesignMissing."""
    pointer = _pointer()
    saved = _append(tenant, arrangement, author=author, note=note, now=now)
    pointer.draft_rev = saved.id
    session.flush()
    return queries.revision_facts(saved)


def add_revision(
    tenant: Tenant, arrangement: Arrangement, *, author: str, note: str = "", now: datetime
) -> RevisionFacts:
    """Keep an arrangement beside what is live and what is being drafted. Refuses DesignMissing."""
    _pointer()
    saved = _append(tenant, arrangement, author=author, note=note, now=now)
    return queries.revision_facts(saved)


def forget_revision(tenant: Tenant, revision_id: UUID, *, keep: Collection[UUID]) -> None:
    """Remove a revision that never was live and that nobody drafts on; others stay, and so do those
    of `keep`: whoever calls says what planned skins need."""
    pointer = _pointer()
    if revision_id not in {pointer.live_rev, pointer.draft_rev, *keep}:
        session.execute(delete(DesignRevision).where(DesignRevision.id == revision_id))


def check_live(tenant: Tenant, expected: UUID) -> None:
    """Hold what is live until the transaction ends. Refuses DesignMoved when it is not what was
    expected, DesignMissing."""
    if _pointer().live_rev != expected:
        raise DesignMoved()


def publish_revision(
    tenant: Tenant, revision_id: UUID, *, expected: UUID, actor: Actor, now: datetime
) -> RevisionFacts:
    """Make any revision live, a draft or an old one, if `expected` still is; an old one is drawn as
    it was then. Judges nothing: `publishing` is the door for what people and the clock show, and
    only a roll-out that takes sites back comes here by itself.

    Refuses DesignMoved, NoSuchRevision, DesignMissing."""
    pointer = _pointer()
    if pointer.live_rev != expected:
        raise DesignMoved()
    chosen, before = session.get(DesignRevision, revision_id), _revision(pointer.live_rev)
    if chosen is None:
        raise NoSuchRevision()
    published = _go_live(tenant, pointer, chosen, now=now)
    was, new = ({"theme": one.theme, "seq": one.seq} for one in (before, chosen))
    audit.record(tenant, actor, "design.publish", str(revision_id), before=was, after=new)
    return published


def hold(tenant: Tenant) -> UUID:
    """Which revision is live, held so until the transaction ends. Refuses DesignMissing."""
    return _pointer().live_rev


def set_site(
    tenant: Tenant,
    *,
    name: str | None = None,
    notice: str | None = None,
    contact: str | None = None,
    primary: str | None = None,
    expected: UUID | None = None,
    author: str,
    now: datetime,
) -> RevisionFacts:
    """Change the site's name, notice, contact or colour in a new live revision.

    None leaves a value. Refuses BadSiteText, BadSiteColor, DesignMissing; DesignMoved when
    `expected` is given and no longer live. No change makes no revision.
    """
    texts = rules.site_texts({"name": name, "notice": notice, "service_contact": contact})
    colour = rules.color(primary) if primary is not None else None
    pointer = _pointer()
    if expected is not None and pointer.live_rev != expected:
        raise DesignMoved()
    old = _revision(pointer.live_rev)
    new = rules.changed(queries.arrangement_of(old), site=texts, primary=colour)
    if rules.digest(new) == old.digest:
        return queries.revision_facts(old)
    judging.check_colours(new, queries.arrangement_of(old))
    made = _append(tenant, new, author=author, note="", now=now)
    return _go_live(tenant, pointer, made, now=now)


def replace(
    tenant: Tenant,
    arrangement: Arrangement,
    *,
    expected: UUID,
    author: str,
    note: str = "",
    now: datetime,
) -> RevisionFacts:
    """Make a changed arrangement live; no change makes no revision.

    Refuses DesignMoved when `expected` is live no more, DesignMissing, ColoursUnreadable.
    """
    pointer = _pointer()
    if pointer.live_rev != expected:
        raise DesignMoved()
    old = _revision(expected)
    if rules.digest(arrangement) == old.digest:
        return queries.revision_facts(old)
    judging.check_colours(arrangement, queries.arrangement_of(old))
    made = _append(tenant, arrangement, author=author, note=note, now=now)
    return _go_live(tenant, pointer, made, now=now)


def name(tenant: Tenant, revision_id: UUID, typed: str, *, actor: Actor) -> RevisionFacts:
    """Call a revision something; nothing takes the name away. Its contents stay as they are.

    Refuses NoSuchRevision, BadSiteText.
    """
    row = session.get(DesignRevision, revision_id)
    if row is None:
        raise NoSuchRevision()
    before, row.note = row.note, rules.note(typed, longest=LONGEST_NOTE)
    session.flush()
    was, new = {"note": before}, {"note": row.note}
    audit.record(tenant, actor, "design.named", str(revision_id), before=was, after=new)
    return queries.revision_facts(row)


def held(tenant: Tenant) -> tuple[RevisionFacts, Arrangement]:
    """What is live, held until the transaction ends: nobody publishes meanwhile.

    Refuses DesignMissing.
    """
    row = _revision(_pointer().live_rev)
    return queries.revision_facts(row), queries.arrangement_of(row)


def note_use(tenant: Tenant, *, now: datetime) -> None:
    """Write down what the site shows, for one that began before this was written down."""
    pointer = session.get(SiteDesign, ONLY)
    if pointer is not None:
        _note_use(tenant, _revision(pointer.live_rev), now)


def _go_live(
    tenant: Tenant, pointer: SiteDesign, revision: DesignRevision, *, now: datetime
) -> RevisionFacts:
    if pointer.draft_rev == revision.id:
        pointer.draft_rev = None
    pointer.live_rev, pointer.published_at = revision.id, now
    session.flush()
    _note_use(tenant, revision, now)
    return queries.revision_facts(revision)


def _note_use(tenant: Tenant, revision: DesignRevision, now: datetime) -> None:
    """Said once more only when it is something else."""
    shown = {"theme": revision.theme, "line": revision.theme_version, "since": now}
    row = upsert(_USE).values(tenant_id=tenant.id, root_id=tenant.root_id, **shown)
    other = or_(_USE.c.theme != row.excluded.theme, _USE.c.line != row.excluded.line)
    session.execute(
        row.on_conflict_do_update(index_elements=["tenant_id"], set_=shown, where=other)
    )


def _append(
    tenant: Tenant, arrangement: Arrangement, *, author: str, note: str, now: datetime
) -> DesignRevision:
    row = _new(arrangement, seq=_next_seq(), author=author, note=note, now=now)
    session.add(row)
    session.flush()
    due.unless_set(tenant, PRUNE, OLD, now + PRUNED_AFTER)
    return row


def _new(
    arrangement: Arrangement, *, seq: int, author: str, note: str, now: datetime
) -> DesignRevision:
    doc = {key: arrangement[key] for key in arrangement.keys() - {"theme", "version", "tokens"}}
    return DesignRevision(
        id=ids.uuid7(),
        seq=seq,
        theme=arrangement["theme"],
        theme_version=str(arrangement["version"]),
        doc_json=doc,
        tokens_json=arrangement["tokens"],
        author=author[:80],
        note=note.strip()[:LONGEST_NOTE],
        digest=rules.digest(arrangement),
        created_at=now,
    )


def _next_seq() -> int:
    return (session.scalar(select(func.max(DesignRevision.seq))) or 0) + 1


def _pointer() -> SiteDesign:
    """The one pointer row, locked: revisions of a site are made one after another."""
    row = session.get(SiteDesign, ONLY, with_for_update=True, populate_existing=True)
    if row is None:
        raise DesignMissing()
    return row


def _revision(revision_id: UUID) -> DesignRevision:
    row = session.get(DesignRevision, revision_id)
    if row is None:
        raise DesignMissing()
    return row
