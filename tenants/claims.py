"""How a spare schema becomes a site's: one statement, whole or not at all. Inside `shared()`.

The parent's row is held FOR SHARE until the claim commits, so a move of the parent's sub-tree
either waits for the new child or is waited for; nothing ever opens below a path that is gone.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, select, text, update
from sqlalchemy.exc import IntegrityError

from tenants import context, needs
from tenants.database import session
from tenants.errors import NameTaken, NoSpare, ParentClosed, TooDeep
from tenants.models import TenantRow
from tenants.tree import DEPTH_CAP, Tenant, chain_of

OPENING = "opening"
LIVE = "live"
FIRST_CURRENCY = "CNY"

_CLAIM = text(
    """
    WITH known AS (
        SELECT id FROM shared.tenant WHERE application_id = CAST(:application AS uuid)
    ), above AS (
        SELECT path, currency, state FROM shared.tenant
        WHERE id = CAST(:parent AS bigint) FOR SHARE
    ), fit AS (
        SELECT CAST(NULL AS ltree) AS path, CAST(:currency AS text) AS currency
        WHERE CAST(:parent AS bigint) IS NULL AND NOT EXISTS (SELECT 1 FROM known)
        UNION ALL
        SELECT path, currency FROM above
        WHERE state = 'live' AND nlevel(path) < :cap
            AND NOT EXISTS (SELECT 1 FROM known)
    ), spare AS (
        DELETE FROM shared.schema_pool WHERE schema_name = (
            SELECT schema_name FROM shared.schema_pool
            WHERE revision >= :needs AND EXISTS (SELECT 1 FROM fit)
            ORDER BY built_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING schema_name
    ), numbered AS (
        SELECT nextval('shared.tenant_id_seq') AS id, schema_name FROM spare
    ), site AS (
        INSERT INTO shared.tenant
            (id, slug, name, schema_name, path, state, currency, application_id, created_at)
        SELECT n.id, :slug, :name, n.schema_name,
            coalesce(f.path || CAST(n.id AS text), text2ltree(CAST(n.id AS text))),
            'opening', f.currency, CAST(:application AS uuid), CAST(:now AS timestamptz)
        FROM numbered n, fit f
        RETURNING id, schema_name, path, currency
    ), named AS (
        INSERT INTO shared.hostname (host, tenant_id, canonical, verified_at)
        SELECT :host, site.id, true, CAST(:now AS timestamptz) FROM site
        RETURNING host
    )
    SELECT site.id, site.schema_name, CAST(site.path AS text) AS path, site.currency,
        (SELECT count(*) FROM known) AS known,
        (SELECT state FROM above) AS above,
        (SELECT count(*) FROM fit) AS fits
    FROM (SELECT 1) AS one LEFT JOIN site ON true
    """
)


def take(
    application_id: UUID, *, parent: int | None, slug: str, name: str, now: datetime, host: str
) -> Tenant | None:
    """A new site in state `opening` on a spare schema; None when the application has its site.

    Raises NoSpare, TooDeep and ParentClosed with nothing changed; NameTaken for a used name or
    host, after which only a rollback helps.
    """
    asked = {
        "application": application_id,
        "parent": parent,
        "slug": slug,
        "name": name,
        "host": host,
        "now": now,
        "cap": DEPTH_CAP,
        "needs": needs.REVISION,
        "currency": FIRST_CURRENCY,
    }
    try:
        row = session.execute(_CLAIM, asked).one()
    except IntegrityError as error:
        raise NameTaken(slug) from error
    if row.id is None:
        _refuse(row, parent)
        return None
    chain = chain_of(row.path)
    place = context.cell()
    return Tenant(
        row.id, slug, name, row.schema_name, chain, OPENING, row.currency, cell=place, host=host
    )


def _refuse(row: Row[tuple[object, ...]], parent: int | None) -> None:
    """Say why nothing was claimed; say nothing when it was claimed before."""
    if row.known:
        return
    if not row.fits:
        raise TooDeep(str(parent)) if row.above == "live" else ParentClosed(str(parent))
    raise NoSpare("no spare schema is ready")


_SET_LIVE = (
    update(TenantRow.__table__)
    .where(TenantRow.id == bindparam("site"), TenantRow.state == OPENING)
    .values(state=LIVE, live_at=bindparam("now"))
)


def set_live(tenant_id: int, *, now: datetime) -> None:
    """Let an opening site's host answer; a site that is past opening is left as it is."""
    session.execute(_SET_LIVE, {"site": tenant_id, "now": now})


def is_used(slug: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a site of any state has this name, for a caller that asks more in one question."""
    return select(TenantRow.id).where(TenantRow.slug == slug).exists()
