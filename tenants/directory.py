"""Which cell a host, the look of a name or a login belongs to, where there is more than one cell.

The directory is a table of the main cell. With a single cell none of these verbs sends anything.
Each opens its own transaction in main, so nothing may be open in the binding around it. A name is
held there before the site is claimed in its cell: whoever comes second is refused, and what a crash
left is held by the same application when it comes again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import ColumnElement, delete, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from tenants import context
from tenants.database import engines, session
from tenants.errors import NameTaken
from tenants.models import DirectoryRow, HostnameRow
from tenants.tree import MAIN, Tenant

HOST, LOOK, LOGIN = "host", "look", "login"


def several() -> bool:
    """Whether this deployment has more cells than main."""
    return len(engines.cells()) > 1


def cell_of_host(host: str) -> str:
    """The cell whose site answers to `host`; main where nothing is known."""
    return _cell_of(HOST, host) if several() else MAIN


def cell_of_login(login: str) -> str:
    """The cell in which this person of the staff has an account; main where nothing is known."""
    return _cell_of(LOGIN, login) if several() else MAIN


def _cell_of(kind: str, name: str) -> str:
    with _main():
        asked = select(DirectoryRow.cell).where(DirectoryRow.kind == kind)
        found = session.scalar(asked.where(DirectoryRow.name == name))
    return found if found in engines.cells() else MAIN


def hold(owner: UUID, *, host: str, look: str, login: str | None = None) -> None:
    """Keep these names for what `owner` opens in the cell in force; the same owner again is fine.

    Raises NameTaken with nothing kept when one of them is somebody else's.
    """
    if several():
        wanted = {HOST: host, LOOK: look} | ({LOGIN: login} if login else {})
        _hold(owner, wanted, context.cell())


def _hold(owner: UUID, wanted: Mapping[str, str], cell: str) -> None:
    with _main():
        session.execute(
            insert(DirectoryRow).on_conflict_do_nothing(),
            [
                {"kind": kind, "name": name, "cell": cell, "owner": owner}
                for kind, name in sorted(wanted.items())
            ],
        )
        asked = select(DirectoryRow.name).where(
            tuple_(DirectoryRow.kind, DirectoryRow.name).in_(list(wanted.items())),
            or_(DirectoryRow.owner != owner, DirectoryRow.cell != cell),
        )
        others = session.scalars(asked).all()
        if others:
            session.rollback()
            raise NameTaken(others[0])
        session.commit()


def release(owner: UUID) -> None:
    """Give back what was held for an application that comes to nothing."""
    if several():
        with _main():
            session.execute(delete(DirectoryRow).where(DirectoryRow.owner == owner))
            session.commit()


def hold_host(host: str, tenant: Tenant) -> None:
    """Let a host whose owner has proven it lead to the cell of `tenant`.

    Raises NameTaken while it leads to a site of another cell; within one cell the cell decides.
    """
    if not several():
        return
    _hold_for_site(host, tenant)
    holder = _cell_of(HOST, host)
    if holder == tenant.cell:
        return
    if _answers_in(holder, host):
        raise NameTaken(host)
    with _main():
        session.execute(
            update(DirectoryRow)
            .where(*_named(host), DirectoryRow.cell == holder)
            .values(cell=tenant.cell, owner=_owner_of(tenant))
        )
        session.commit()


def _hold_for_site(host: str, tenant: Tenant) -> None:
    row = {"kind": HOST, "name": host, "cell": tenant.cell, "owner": _owner_of(tenant)}
    with _main():
        session.execute(insert(DirectoryRow).values(row).on_conflict_do_nothing())
        session.commit()


def _answers_in(cell: str, host: str) -> bool:
    query = select(HostnameRow.host).where(
        HostnameRow.host == host, HostnameRow.verified_at.is_not(None)
    )
    with context.at(cell), context.shared():
        return session.scalar(query) is not None


def release_host(host: str, tenant: Tenant) -> None:
    """Let a host that no longer leads to the site be anybody's."""
    if several():
        with _main():
            session.execute(
                delete(DirectoryRow).where(*_named(host), DirectoryRow.owner == _owner_of(tenant))
            )
            session.commit()


def _named(host: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DirectoryRow.kind == HOST, DirectoryRow.name == host


def _owner_of(tenant: Tenant) -> UUID:
    return uuid5(NAMESPACE_OID, f"kameng:site:{tenant.id}")


@contextmanager
def _main() -> Iterator[None]:
    with context.at(MAIN), context.shared():
        yield
