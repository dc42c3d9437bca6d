"""Lists of imports and their rows for the console."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from kameng.domains.catalog.facts import Page
from kameng.domains.catalog.imports.errors import ImportNotFound
from kameng.domains.catalog.imports.facts import ImportFacts, ImportRow
from kameng.domains.catalog.imports.models import CatalogueImport, CatalogueImportRow
from kameng.domains.catalog.imports.plan import Result
from kameng.domains.catalog.imports.rules import Problem
from tenants.database import session
from tenants.tree import Tenant

_FIELDS = [CatalogueImport.__table__.c[name] for name in ImportFacts.__dataclass_fields__]


def history(tenant: Tenant, *, page: int = 1, size: int = 20) -> Page[ImportFacts]:
    """This site's imports, newest first."""
    own = CatalogueImport.tenant_id == tenant.id
    total = session.execute(select(func.count()).select_from(CatalogueImport).where(own))
    rows = session.execute(
        select(*_FIELDS)
        .where(own)
        .order_by(CatalogueImport.id.desc())
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    return Page([_facts(row) for row in rows], total.scalar_one(), page, size)


def facts(tenant: Tenant, import_id: UUID) -> ImportFacts:
    """One import of this site; else ImportNotFound."""
    row = session.execute(
        select(*_FIELDS).where(
            CatalogueImport.id == import_id, CatalogueImport.tenant_id == tenant.id
        )
    ).one_or_none()
    if row is None:
        raise ImportNotFound()
    return _facts(row)


def rows(
    tenant: Tenant,
    import_id: UUID,
    *,
    result: Result | None = None,
    outcome: str | None = None,
    page: int = 1,
    size: int = 100,
) -> Page[ImportRow]:
    """Rows of an import in sheet order, perhaps only those of one result or outcome."""
    row = CatalogueImportRow
    where = [row.import_id == import_id, row.tenant_id == tenant.id]
    if result is not None:
        where.append(row.result == result)
    if outcome is not None:
        where.append(row.outcome == outcome)
    total = session.execute(select(func.count()).select_from(row).where(*where)).scalar_one()
    found = session.execute(
        select(row.line, row.result, row.values, row.problems, row.outcome, row.reason)
        .where(*where)
        .order_by(row.line)
        .limit(size)
        .offset((max(page, 1) - 1) * size)
    )
    items = [
        ImportRow(
            line=each.line,
            result=each.result,
            values=each._mapping["values"],
            problems=[Problem(**problem) for problem in each.problems],
            outcome=each.outcome,
            reason=each.reason,
        )
        for each in found
    ]
    return Page(items, total, page, size)


def _facts(row: object) -> ImportFacts:
    told = dict(row._mapping)  # type: ignore[attr-defined]
    return ImportFacts(**{**told, "ignored": tuple(told["ignored"])})
