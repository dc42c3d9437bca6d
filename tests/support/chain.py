"""Opens Ada's shop below the master site and Bo's below hers in a running deployment, with their
people and one thing to sell: `python -m tests.support.chain master screen`, in its environment."""

from __future__ import annotations

import sys

from kameng import wiring
from kameng.config import Settings
from kameng.domains.terms.rules import Allows
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts, catalog, databases, shop, terms
from tests.support.worlds import Builder

COST, RETAIL = "10.00", "20.00"


def product(screen: str) -> str:
    """What everybody of this chain sells."""
    return f"爱奇艺黄金会员 {screen}"


def level(screen: str) -> str:
    """What Ada is to the master site."""
    return f"专业 {screen}"


def main(master: str, screen: str) -> None:
    """Both shops live, each with somebody who may sign in."""
    made = Settings.load()
    wiring.connect(made)
    with shared():
        hub = registry.by_slug(master)
    assert hub is not None
    owner = databases.owner_engine(made)
    builder = Builder(owner, None, made)  # type: ignore[arg-type]
    ada = _shop(builder, hub, f"ada-{screen}", "Ada 的小店")
    bo = _shop(builder, ada, f"bo-{screen}", "Bo 分店")
    owner.dispose()
    paid = terms.level(hub, level(screen), rank=len(screen))
    allows = Allows(child_sites=True)
    terms.bind(ada, terms.package(hub, name=f"专业版 {screen}", level_id=paid.id, allows=allows))
    terms.bind(bo, terms.package(ada, name=f"分店版 {screen}"))
    with use(hub):
        shelf = catalog.category(hub, f"影音会员 {screen}")
        catalog.sku(hub, product(screen), category_id=shelf, cost=COST, retail=RETAIL, secrets=3)
        session.commit()


def _shop(builder: Builder, parent: Tenant, slug: str, name: str) -> Tenant:
    site = builder.site(slug, parent, name)
    shop.decorate(site)
    accounts.staff(site, role="agent", login=slug)
    return site


if __name__ == "__main__":
    main(*sys.argv[1:])
