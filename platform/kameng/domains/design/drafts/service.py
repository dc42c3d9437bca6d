"""The verbs on the working draft: keep, drop, publish. Inside `use(tenant)`.

An arrangement handed in was checked by the theme engine at the edge.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from kameng.domains.design import queries as designs
from kameng.domains.design import rules as looks
from kameng.domains.design import service as design
from kameng.domains.design.drafts.errors import DraftMoved
from kameng.domains.design.drafts.models import DesignDraft
from kameng.domains.design.drafts.queries import ONLY, draft_facts
from kameng.domains.design.errors import DesignMissing, DesignMoved, NoDraft
from kameng.domains.design.models import SiteDesign
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import Arrangement
from kameng.kit import audit
from kameng.kit.audit import Actor
from tenants.database import session
from tenants.tree import Tenant


def keep(
    tenant: Tenant,
    arrangement: Arrangement,
    *,
    step: int,
    editor: str,
    author: str,
    seen: UUID | None = None,
    began: UUID | None = None,
    now: datetime,
) -> int:
    """Save the draft over the one at `step`; the new step. `seen` is the live revision this
    arrangement takes into account, None for the one before: of a first save the one it `began`
    from, which may be live no more.

    The same from the same editor once more is no save. Refuses DraftMoved, DesignMissing.
    """
    pointer = _locked()
    row = _row(pointer, now)
    if row.editor == editor and _holds(row, arrangement):
        row.base_rev = seen or row.base_rev
        return row.step
    _check_step(row, step)
    begun = _begun(tenant, began, pointer.live_rev) if row.doc_json is None else row.base_rev
    row.base_rev = seen or begun
    _write(row, arrangement)
    return _moved(row, author=author, editor=editor, now=now)


def _begun(tenant: Tenant, began: UUID | None, live: UUID) -> UUID:
    """What a new draft stands on; of one nobody knows, what is live."""
    return began if began is not None and designs.is_there(tenant, began) else live


def discard(tenant: Tenant, *, step: int, actor: Actor, now: datetime) -> int:
    """Drop the draft: what is live is what would be changed next; the new step.

    Refuses DraftMoved, DesignMissing.
    """
    pointer = _locked()
    row = _row(pointer, now)
    _check_step(row, step)
    if row.doc_json is None:
        return row.step
    _write(row, None)
    audit.record(tenant, actor, "design.draft_dropped", "", before={"theme": row.theme})
    return _moved(row, author=actor.name, editor="", now=now)


def publish(
    tenant: Tenant,
    arrangement: Arrangement,
    *,
    step: int,
    expected: UUID,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[RevisionFacts, int]:
    """Make what the draft at `step` came to live, if `expected` still is: the one revision of all
    its saves, and the new step. Refuses DraftMoved, DesignMoved, NoDraft, DesignMissing."""
    pointer = _locked()
    row = _row(pointer, now)
    _check_step(row, step)
    if pointer.live_rev != expected:
        raise DesignMoved()
    if row.doc_json is None:
        raise NoDraft()
    before, _was = designs.revision(tenant, expected)
    made = design.replace(
        tenant, arrangement, expected=expected, author=actor.name, note=note, now=now
    )
    was, new = ({"theme": one.theme, "seq": one.seq} for one in (before, made))
    audit.record(tenant, actor, "design.publish", str(made.id), before=was, after=new)
    _write(row, None)
    row.base_rev = made.id
    return made, _moved(row, author=actor.name, editor="", now=now)


def _locked() -> SiteDesign:
    """The site's pointer: its draft is changed and published one after another."""
    row = session.scalar(select(SiteDesign).with_for_update(), execution_options=_FRESH)
    if row is None:
        raise DesignMissing()
    return row


_FRESH = {"populate_existing": True}


def _row(pointer: SiteDesign, now: datetime) -> DesignDraft:
    """The one row, made when the site's first draft is saved."""
    row = session.get(DesignDraft, ONLY, populate_existing=True)
    if row is None:
        row = DesignDraft(id=ONLY, step=0, theme="", theme_version="", doc_json=None)
        row.tokens_json, row.base_rev, row.author, row.editor = None, pointer.live_rev, "", ""
        row.updated_at = now
        session.add(row)
        session.flush()
    return row


def _check_step(row: DesignDraft, step: int) -> None:
    if row.step != step:
        raise DraftMoved(who=row.author, when=row.updated_at, step=row.step)


def _holds(row: DesignDraft, arrangement: Arrangement) -> bool:
    held = draft_facts(row).arrangement
    return held is not None and looks.digest(held) == looks.digest(arrangement)


def _write(row: DesignDraft, arrangement: Arrangement | None) -> None:
    if arrangement is None:
        row.doc_json = row.tokens_json = None
        return
    row.theme, row.theme_version = arrangement["theme"], str(arrangement["version"])
    row.tokens_json = arrangement["tokens"]
    row.doc_json = {
        key: arrangement[key] for key in arrangement.keys() - {"theme", "version", "tokens"}
    }


def _moved(row: DesignDraft, *, author: str, editor: str, now: datetime) -> int:
    row.step += 1
    row.author, row.editor, row.updated_at = author[:80], editor[:40], now
    session.flush()
    return row.step
