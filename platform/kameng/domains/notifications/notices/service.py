"""The verbs of notices: tell a site, read, choose how to be told. Inside `use(tenant)`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from kameng.domains.notifications.kinds import KINDS, Kind
from kameng.domains.notifications.notices import rules
from kameng.domains.notifications.notices.errors import NoSuchNotice
from kameng.domains.notifications.notices.models import Notice, NoticeCopy, NoticeWish
from kameng.domains.notifications.notices.queries import Reader
from kameng.domains.notifications.notices.rules import Fact
from kameng.kit import ids
from tenants.database import session
from tenants.tree import Tenant

DUE = "notice.mail"
_PUT = text(
    "SELECT shared.notice_put(:site, :id, :kind, :key, :facts, :page, :to, :roles, :asked,"
    " :now, :morning, :mail, :always)"
).bindparams(bindparam("facts", type_=JSONB))


def notify(
    tenant: Tenant,
    kind: Kind,
    facts: Mapping[str, Fact],
    *,
    key: str,
    now: datetime,
    page: str = "",
    to: str | None = None,
    site: int | None = None,
) -> bool:
    """Tell the people of a site something, in the caller's transaction; mails follow its commit.

    `key` makes twice once within the kind and the site. `site` is the bound one, or one above it.
    `to` is a permission or OWNER; without it, whom the kind is for. `page` is a path of the
    console behind /s/<slug>, "/" its first page. Returns whether it was told now.
    Refuses FactsMissing.
    """
    about, at_site = KINDS[kind], tenant.id if site is None else site
    whom = about.to if to is None else to
    asked, roles = rules.roles_told(whom, root=at_site == tenant.chain[0])
    values = {
        "site": at_site,
        "id": ids.uuid7(),
        "kind": kind.value,
        "key": key,
        "facts": rules.told(kind, facts),
        "page": page,
        "to": rules.to_kept(whom),
        "roles": roles,
        "asked": asked,
        "now": now,
        "morning": rules.next_morning(now),
        "mail": about.mail.value,
        "always": about.always,
    }
    return bool(session.execute(_PUT, values).scalar_one())


def read(tenant: Tenant, who: Reader, notice_id: UUID, *, now: datetime) -> str:
    """Mark one notice read and say which page it leads to. Refuses NoSuchNotice."""
    mine = (
        select(Notice.page)
        .join(NoticeCopy, NoticeCopy.notice_id == Notice.id)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == who.staff_id)
        .where(NoticeCopy.notice_id == notice_id, NoticeCopy.shown, NoticeCopy.to.in_(who.may))
    )
    page = session.scalar(mine)
    if page is None:
        raise NoSuchNotice()
    _mark(tenant, who, NoticeCopy.notice_id == notice_id, now)
    return page


def read_all(tenant: Tenant, who: Reader, *, until: datetime, now: datetime) -> int:
    """Mark read what came until then; how many notices. What came since stays unread."""
    older = NoticeCopy.notice_id.in_(
        select(Notice.id).where(Notice.tenant_id == tenant.id, Notice.at <= until)
    )
    return _mark(tenant, who, older, now)


def choose(
    tenant: Tenant,
    staff_id: UUID,
    wishes: Mapping[str, tuple[bool, str]],
    *,
    locale: str,
    now: datetime,
) -> None:
    """How this person wants to be told of these kinds from now on. Refuses NoSuchWish."""
    row = session.get(NoticeWish, (tenant.id, staff_id))
    kept = {name: one for name, one in row.kinds.items() if name not in wishes} if row else {}
    said = {
        "kinds": kept | rules.check_wishes(wishes),
        "locale": rules.check_locale(locale),
        "at": now,
    }
    made = insert(NoticeWish).values(tenant_id=tenant.id, staff_id=staff_id, **said)
    session.execute(made.on_conflict_do_update(index_elements=["tenant_id", "staff_id"], set_=said))


def forget(now: datetime, *, most: int = 5_000) -> int:
    """Drop notices that are older than a year, so many at a time; in `shared()`. How many."""
    old = select(Notice.id).where(Notice.at < now - rules.KEPT).order_by(Notice.at).limit(most)
    gone = list(session.scalars(old))
    session.execute(delete(NoticeCopy).where(NoticeCopy.notice_id.in_(gone)))
    session.execute(delete(Notice).where(Notice.id.in_(gone)))
    return len(gone)


def _mark(tenant: Tenant, who: Reader, which: object, now: datetime) -> int:
    marked = (
        update(NoticeCopy)
        .where(NoticeCopy.tenant_id == tenant.id, NoticeCopy.staff_id == who.staff_id)
        .where(NoticeCopy.shown, NoticeCopy.read_at.is_(None), NoticeCopy.to.in_(who.may))
        .where(which)  # type: ignore[arg-type]
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return session.execute(marked).rowcount  # type: ignore[attr-defined]
