"""Reads of the working draft; inside `use(tenant)`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kameng.domains.design.drafts.models import DesignDraft
from kameng.domains.design.rules import Arrangement
from kameng.domains.design.shapes import shaped
from tenants.database import session
from tenants.tree import Tenant

ONLY = 1


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """Where the draft stands. `arrangement` is None while nothing is being drafted: then what is
    live would be changed. `base_rev` is the live revision the draft has seen."""

    step: int
    arrangement: Arrangement | None
    base_rev: UUID
    author: str
    editor: str
    updated_at: datetime


def one(tenant: Tenant) -> DraftFacts | None:
    """The working draft; None for a site on which none was ever saved."""
    row = session.get(DesignDraft, ONLY, populate_existing=True)
    return draft_facts(row) if row else None


def draft_facts(row: DesignDraft) -> DraftFacts:
    """The public side of the row."""
    return DraftFacts(
        step=row.step,
        arrangement=_arrangement(row),
        base_rev=row.base_rev,
        author=row.author,
        editor=row.editor,
        updated_at=row.updated_at,
    )


def _arrangement(row: DesignDraft) -> Arrangement | None:
    if row.doc_json is None:
        return None
    tokens = row.tokens_json or {}
    held = {"theme": row.theme, "version": row.theme_version, "tokens": tokens}
    return shaped({**row.doc_json, **held})
