"""Two alliances that know nothing of each other, each full of words only it may show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from kameng.domains.accounts import passwords
from kameng.domains.accounts.staff import service as staff
from kameng.domains.catalog import queries as catalog_queries
from kameng.domains.catalog.imports import service as imports
from kameng.domains.orders import queries as orders
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.changes import queries as changes
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.terms import service as terms
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, shop
from tests.support.shop import Visitor
from tests.support.worlds import Alliance

STAFF_PASSWORD = "a long staff password"
COLUMNS = "分类,商品名称,规格,成本价,零售价,库存类型\n"


@dataclass
class Rival:
    """One alliance in full use. `marks` are its words, `ids` what its addresses are made of."""

    mark: str
    alliance: Alliance
    ids: dict[str, str] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    logins: dict[str, str] = field(default_factory=dict)

    @property
    def contact(self) -> str:
        """The mail address of Ada's member."""
        return f"{self.mark}kim@example.com"

    def shown_in(self, page: str) -> set[str]:
        """Which of its words a page shows; names of fields and ids do not count."""
        return {mark for mark in self.marks if mark in page}


def rival(alliance: Alliance, mark: str) -> Rival:
    """Furnish `alliance` and use it once: goods, secrets, rules, package, member, order, staff."""
    made = Rival(mark, alliance)
    for site in (alliance.hub, alliance.ada, alliance.bo):
        shop.decorate(site)
    _goods(made)
    _terms(made)
    _order(made)
    _people(made)
    return made


def newcomer(alliance: Alliance, mark: str) -> Rival:
    """An alliance that has just opened: designs and people, and nothing else."""
    made = Rival(mark, alliance)
    for site in (alliance.hub, alliance.ada, alliance.bo):
        shop.decorate(site)
    _people(made)
    return made


def _goods(made: Rival) -> None:
    hub, now = made.alliance.hub, clock.now()
    secrets = [f"{made.mark}卡密{number:03d}" for number in range(5)]
    with use(hub):
        category_id = catalog.category(hub, f"{made.mark}分类")
        sku = catalog.sku(
            hub, f"{made.mark}商品", sku_name=f"{made.mark}规格", category_id=category_id,
            secrets=secrets,
        )  # fmt: skip
        table = f"{COLUMNS}{made.mark}表格分类,{made.mark}表格商品,,1.00,2.00,卡密\n"
        import_id = imports.preview(hub, f"{made.mark}.csv", table.encode(), actor=SYSTEM, now=now)
        session.commit()
    made.ids |= {
        "product_id": str(sku.product_id),
        "sku_id": str(sku.sku_id),
        "category_id": str(category_id),
        "import_id": str(import_id),
    }
    made.marks |= {*secrets, f"{made.mark}商品", f"{made.mark}分类", f"{made.mark}规格"}
    made.marks |= {f"{made.mark}表格商品", f"{made.mark}.csv"}


def _terms(made: Rival) -> None:
    hub, now = made.alliance.hub, clock.now()
    place = Place(Scope.ALL, None, Audience.RETAIL)
    draft = PackageDraft(
        name=f"{made.mark}套餐", summary="", level_id=None, fee=Money.zero(), trial_days=None,
        allows=Allows(), on_sale=True, popular=False, position=0,
    )  # fmt: skip
    with use(hub):
        level = terms.add_level(hub, f"{made.mark}等级", 1, actor=SYSTEM, now=now)
        package = terms.create_package(hub, draft, actor=SYSTEM, now=now)
        session.commit()
    with use(made.alliance.ada):
        rule = pricing.set_rule(
            made.alliance.ada, place, Method.PERCENT, "13", Rounding.FEN, actor=SYSTEM, now=now
        )
        change = changes.page(made.alliance.ada).items[0]
        session.commit()
    made.ids |= {"level_id": str(level.id), "package_id": str(package.id), "rule_id": str(rule.id)}
    made.ids["change_id"] = str(change.id)
    made.marks |= {f"{made.mark}套餐", f"{made.mark}等级"}


def _order(made: Rival) -> None:
    """A member of Ada's buys one piece from her balance."""
    ada = made.alliance.ada
    contact = made.contact
    kim = shop.member(ada, contact=contact, balance="50.00")
    with use(made.alliance.hub):
        sku_id = UUID(made.ids["sku_id"])
        sku = catalog_queries.sku_facts(made.alliance.hub, [sku_id])[sku_id]
    visitor = Visitor(made.alliance.client(ada))
    visitor.sign_in(contact)
    number = visitor.buy(sku, pay="wallet", contact=contact).location.rsplit("/", 1)[1]
    with use(ada):
        order = orders.by_number(ada, number).order
    made.ids |= {"number": number, "member_id": str(kim.id), "order_id": str(order.id)}
    made.marks |= {contact, number}


def _people(made: Rival) -> None:
    """An operator for Hub, an agent for Ada."""
    hashed, now = passwords.hash_password(STAFF_PASSWORD), clock.now()
    with shared():
        for role, site in (("operator", made.alliance.hub), ("agent", made.alliance.ada)):
            login = f"rival-{role}-{uuid4().hex[:8]}"
            person = staff.open_account(
                login=login,
                password_hash=hashed,
                name=f"{made.mark}人",
                email="",
                staff_id=ids.uuid7(),
                now=now,
            )
            staff.grant(person.id, site.id, role, now=now)
            made.logins[role] = login
        session.commit()


def signed_in(made: Rival, role: str) -> FlaskClient:
    """A console browser of one of the rival's people."""
    client = made.alliance.console
    visitor = Visitor(client)
    answer = visitor.post(
        "/sign-in", seen_on="/sign-in", login=made.logins[role], password=STAFF_PASSWORD
    )
    assert answer.status_code == 303, answer.text
    return client


def fill(rule: str, ids_of: dict[str, str], slug: str = "") -> str:
    """A rule's address with the ids of a rival; unknown places get an id nobody has."""

    def value(found: re.Match[str]) -> str:
        name = found.group(2)
        if name == "slug":
            return slug
        return ids_of.get(name) or (str(uuid4()) if found.group(1) else "x")

    return re.sub(r"<(\w+:)?(\w+)>", value, rule)


def rows_of(owner: Engine, sites: tuple[Tenant, ...]) -> dict[str, str]:
    """A digest of every row of these sites: their own schemas and their rows in shared."""
    numbers = [site.id for site in sites]
    with owner.connect() as behind:
        return {
            f"{schema}.{table}": behind.execute(
                text(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                     f'FROM "{schema}"."{table}" t {where}'),
                {"ids": numbers} if where else {},
            ).scalar_one()
            for schema, table, where in _tables(behind, sites)
        }  # fmt: skip


def _tables(behind, sites: tuple[Tenant, ...]) -> Iterator[tuple[str, str, str]]:  # type: ignore[no-untyped-def]
    for site in sites:
        found = behind.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = :schema"),
            {"schema": site.schema},
        )
        yield from ((site.schema, row[0], "") for row in found.all())
    owned = behind.execute(
        text(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'shared' "
            "AND column_name = 'tenant_id'"
        )
    )
    yield from (("shared", row[0], "WHERE tenant_id = ANY(:ids)") for row in owned.all())
