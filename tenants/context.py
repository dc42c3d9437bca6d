"""Who is bound right now: one context variable, one session per binding, no default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from tenants.errors import NoTenant, TenantChanged
from tenants.tree import MAIN, Tenant


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """What a transaction may see: one tenant, or (tenant None) a shared role; in which cell."""

    tenant: Tenant | None
    role: str
    cell: str = MAIN

    def __str__(self) -> str:
        return self.tenant.slug if self.tenant else f"<{self.role}>"


@dataclass(frozen=True, slots=True)
class Sessions:
    """What a change of binding must ask of the database, told by it through `attach`."""

    in_transaction: Callable[[], bool] = lambda: False
    close: Callable[[], None] = lambda: None


_binding: ContextVar[Binding | None] = ContextVar("kameng_binding", default=None)
_cell: ContextVar[str] = ContextVar("kameng_cell", default=MAIN)
_sessions = Sessions()


def attach(sessions: Sessions) -> None:
    """Let changes of binding look after the database's sessions."""
    global _sessions
    _sessions = sessions


def binding() -> Binding:
    """The binding in force; refuses when there is none."""
    now = _binding.get()
    if now is None:
        raise NoTenant("no tenant is bound: wrap the work in use(tenant) or shared()")
    return now


def scope() -> int:
    """The key of the session that belongs to the binding in force; 0 when nothing is bound."""
    now = _binding.get()
    return 0 if now is None else id(now)


def current() -> Tenant:
    """The tenant bound now; refuses when none is, or when only shared data is open."""
    tenant = binding().tenant
    if tenant is None:
        raise NoTenant("shared data is open, but no tenant is bound")
    return tenant


def anything_bound() -> bool:
    """Whether a tenant or the shared schema is open."""
    return _binding.get() is not None


def bound() -> bool:
    """Whether a tenant is bound now."""
    now = _binding.get()
    return now is not None and now.tenant is not None


def cell() -> str:
    """The cell in which shared data is opened now: that of the bound tenant, or main."""
    return _cell.get()


@contextmanager
def at(name: str) -> Iterator[None]:
    """Open shared data of cell `name` until the block ends. A thread enters it anew."""
    token = _cell.set(name)
    try:
        yield
    finally:
        _cell.reset(token)


@contextmanager
def use(tenant: Tenant) -> Iterator[Tenant]:
    """Bind `tenant` until the block ends. Uncommitted work is rolled back at its end."""
    with at(tenant.cell), _bind(Binding(tenant, "app", tenant.cell)):
        yield tenant


@contextmanager
def shared(role: str = "app_shared") -> Iterator[None]:
    """Open the shared schema only (host look-up, registry, sign-in); role 'relay' for queues."""
    with _bind(Binding(None, role, cell())):
        yield


@contextmanager
def _bind(new: Binding) -> Iterator[None]:
    old = _binding.get()
    if old is not None and _sessions.in_transaction():
        raise TenantChanged(f"a transaction of {old} is still open; {new} cannot be bound inside")
    token = _binding.set(new)
    try:
        yield
    finally:
        try:
            _sessions.close()
        finally:
            _binding.reset(token)
