"""The sites below, thousands of them: what was asked for, and a page of what is known of each.

Gathered in one transaction of `shared()`, a fixed number of statements however many sites there
are; only what lies in the books is read with the site itself bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from flask import request

from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.orders import queries as orders
from kameng.domains.orders.facts import Sales
from kameng.domains.terms import queries as terms
from kameng.domains.terms.queries import TermsFacts
from kameng.domains.wallet import queries as wallet
from kameng.faces.console import lists, sitecollecting
from kameng.faces.console.sitecollecting import Wishes
from kameng.kit import clock
from kameng.kit.money import Money
from migrations import run
from tenants import overview
from tenants.context import shared, use
from tenants.overview import Asked, Line
from tenants.tree import Tenant

MONTH = 30
LOW_DEPOSIT = Money.of("50")
STATES = ("live", "suspended", "opening", "closed")
SORTS = ("tree", "newest", "oldest", "name", "sales", "idle")
CARE = ("attention", "upgrade")


@dataclass(frozen=True)
class Row:
    """One site of the list."""

    line: Line
    terms: TermsFacts | None
    package: str
    level: str
    owner: str
    sales: Sales
    last_order: datetime | None
    tasks: int
    deposit: Money | None
    collects: str = ""
    """Who takes its shoppers' money, of sitecollecting.CHOICES; told to the master alone."""

    @property
    def tenant(self) -> Tenant:
        return self.line.tenant

    @property
    def state(self) -> str:
        """Its own state, or that a site above it is shut and it with it."""
        shut = self.line.shut_above and self.tenant.state == "live"
        return "shut_above" if shut else self.tenant.state

    @property
    def upgrade(self) -> str:
        """'failed', 'behind' or 'ok'."""
        if self.line.schema_state == "failed":
            return "failed"
        return "ok" if self.line.revision in ("", newest()) else "behind"

    @property
    def deposit_low(self) -> bool:
        """A site that keeps a deposit, and has little left of it."""
        return self.deposit is not None and self.deposit < LOW_DEPOSIT

    @property
    def is_well(self) -> bool:
        """Nothing about it asks for a person."""
        return self.upgrade == "ok" and not self.tasks and not self.deposit_low


@cache
def newest() -> str:
    """The revision every site's schema should have."""
    return run.head("tenant")


def month(now: datetime) -> tuple[datetime, datetime]:
    """The last thirty days, today included."""
    return lists.day_span(now, days_ago=MONTH - 1)[0], lists.day_span(now)[1]


def asked() -> Asked:
    """What the address asks for; the sites that other tables know are found later."""
    return Asked(
        search=lists.word("q"),
        state=lists.one_of("state", *STATES),
        order=lists.one_of("sort", *SORTS) or "tree",
        page=lists.page(),
        size=lists.SIZE,
    )


def page(tenant: Tenant, wish: Asked) -> tuple[list[Row], int]:
    """The rows of one page, and how many sites there are in all."""
    needy = _with_little_left(tenant) if _care() == "attention" else ()
    own = sitecollecting.wishes(tenant)
    with shared():
        wish = sitecollecting.narrowed(tenant, _narrowed(tenant, wish, needy), own)
        found, total = _sorted(tenant, wish)
        rows = _rows(found)
    with use(tenant):
        held = wallet.deposits_of([row.tenant.id for row in rows])
    return [_told(row, held, own) for row in rows], total


def _told(row: Row, held: Mapping[int, Money], own: Wishes | None) -> Row:
    """The row with what was read with the site itself bound."""
    site_id = row.tenant.id
    return replace(row, deposit=held.get(site_id), collects=sitecollecting.word(own, site_id))


def _care() -> str | None:
    return lists.one_of("care", *CARE)


def _with_little_left(tenant: Tenant) -> list[int]:
    """Sites whose deposit is nearly used up; in a transaction of its own, closed again."""
    with use(tenant):
        return wallet.sites_with_less_than(LOW_DEPOSIT)


def _narrowed(tenant: Tenant, wish: Asked, needy: Sequence[int]) -> Asked:
    """The wish with what other tables know: whose people, package, level, trouble."""
    package, level = lists.uuid("package"), lists.uuid("level")
    ids: set[int] | None = None
    for wanted, found in (
        (package, lambda: terms.sites_on(package) if package else []),
        (level, lambda: terms.sites_of_level(level) if level else []),
        (_care(), lambda: _in_trouble(tenant, needy)),
    ):
        if wanted:
            ids = set(found()) if ids is None else ids & set(found())
    people = staff_accounts.sites_with_staff_like(wish.search) if wish.search else []
    return replace(wish, ids=None if ids is None else list(ids), found_elsewhere=people)


def _in_trouble(tenant: Tenant, needy: Sequence[int]) -> list[int]:
    behind = overview.troubled(tenant, newest())
    return behind if _care() == "upgrade" else [*behind, *needy, *orders.tasks_by_site()]


def _sorted(tenant: Tenant, wish: Asked) -> tuple[tuple[Line, ...], int]:
    """A page in an order of the registry, or in one that only the orders know."""
    if wish.order not in ("sales", "idle"):
        found = overview.below(tenant, wish)
        return found.lines, found.total
    everyone = overview.ids_below(tenant, wish)
    ranked = _by_sales(everyone) if wish.order == "sales" else _by_silence(everyone)
    start = (max(wish.page, 1) - 1) * wish.size
    chosen = Asked(ids=ranked[start : start + wish.size], order="given", size=wish.size)
    return overview.below(tenant, chosen).lines, len(everyone)


def _by_sales(ids: list[int]) -> list[int]:
    since, until = month(clock.now())
    sold = orders.sales_of(ids, since=since, until=until)
    return sorted(ids, key=lambda one: (-sold[one].amount.micro if one in sold else 0, one))


def _by_silence(ids: list[int]) -> list[int]:
    """Those without any order first, then by how long ago the last one was."""
    last = orders.last_placed(ids)
    return sorted(ids, key=lambda one: (last[one].timestamp() if one in last else 0.0, one))


def _rows(lines: Sequence[Line]) -> list[Row]:
    ids = [line.tenant.id for line in lines]
    held = terms.terms_of_sites(ids)
    packages = {one.id: one.name for one in terms.packages_of({t.parent_id for t in held.values()})}
    levels = terms.levels_named({t.level_id for t in held.values() if t.level_id})
    since, until = month(clock.now())
    sales = orders.sales_of(ids, since=since, until=until)
    last, tasks, owners = (
        orders.last_placed(ids),
        orders.tasks_by_site(ids),
        staff_accounts.owners_of(ids),
    )
    return [
        Row(
            line=line,
            terms=(mine := held.get(line.tenant.id)),
            package=packages.get(mine.package_id, "") if mine else "",
            level=levels.get(mine.level_id, "") if mine and mine.level_id else "",
            owner=owners.get(line.tenant.id, ""),
            sales=sales.get(line.tenant.id, Sales(0, Money.zero(line.tenant.currency))),
            last_order=last.get(line.tenant.id),
            tasks=tasks.get(line.tenant.id, 0),
            deposit=None,
        )
        for line in lines
    ]


FILTERS = ("q", "state", "package", "level", "care", "collecting")


def filtered() -> bool:
    """Whether anything narrows the list."""
    return any(request.args.get(name) for name in FILTERS)


def one(tenant: Tenant, site: Tenant) -> Row:
    """What the list would say of one site below."""
    with shared():
        line = overview.one(site)
        row = _rows([line] if line else [])[0]
    with use(tenant):
        held = wallet.deposits_of([site.id])
    return replace(row, deposit=held.get(site.id))
