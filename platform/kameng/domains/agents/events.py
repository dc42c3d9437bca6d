"""Facts that agents announces."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kameng.kit.events import Event


@dataclass(frozen=True, slots=True)
class SiteOpened(Event):
    """A site below `parent_id` went live; announced for the new site."""

    application_id: UUID
    parent_id: int
    site_id: int
    staff_id: UUID
    slug: str
