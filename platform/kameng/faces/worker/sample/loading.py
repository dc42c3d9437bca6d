"""Loads the sample alliance through the same doors people use; every step twice is once."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from kameng.domains.accounts import passwords
from kameng.domains.accounts.errors import ContactTaken
from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.rules import Consent
from kameng.domains.agents import service as agents
from kameng.domains.agents.rules import Wish
from kameng.domains.catalog import queries as catalog
from kameng.domains.catalog.goods import queries as goods
from kameng.domains.catalog.imports import queries as imported
from kameng.domains.catalog.imports import service as imports
from kameng.domains.catalog.rules import StockType
from kameng.domains.catalog.stock import service as stock
from kameng.domains.design import service as design
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.terms import queries as terms_on_sale
from kameng.domains.terms import service as terms
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.domains.wallet import service as wallet
from kameng.faces.frame import opening
from kameng.faces.worker.founding import Founder, found
from kameng.faces.worker.sample import data, pictured
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants import registry
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant

APPLICATION = uuid5(NAMESPACE_URL, "kameng:sample:ada")
MEMBERSHIPS = ("视频会员", "音乐听书")
NOTICE = "全场自动发货，付款后秒出卡密。遇到问题请联系在线客服，7×24 小时在线。"


def load(*, password: str, now: datetime) -> None:
    """Hub with its goods, Ada's sub-site, Kim with a balance. All accounts take `password`."""
    hub = _hub(password, now)
    with use(hub):
        _catalogue(hub, now)
    pictured.hang(hub, now)
    with use(hub):
        _secrets(hub, now)
    with use(hub):
        package = _offers(hub, now)
        session.commit()
    ada = _ada(hub, package, password, now)
    _trade(hub, ada, password, now)


def _hub(password: str, now: datetime) -> Tenant:
    founder = Founder("hub", "小汇", "hub@example.com", password)
    hub = found("hub", "星汇卡盟", founder, primary="#1d4ed8", now=now)
    with use(hub):
        design.set_site(hub, notice=NOTICE, contact="QQ 10001", author="小汇", now=now)
        session.commit()
    return hub


def _catalogue(hub: Tenant, now: datetime) -> None:
    """The sample spreadsheet, through the same import an operator uses."""
    if imported.history(hub, page=1, size=1).total:
        return
    number = imports.preview(hub, "catalogue.xlsx", data.catalogue_xlsx(), actor=SYSTEM, now=now)
    imports.commit(hub, number, actor=SYSTEM, now=now)
    session.commit()


def _secrets(hub: Tenant, now: datetime) -> None:
    for row in goods.goods(hub, stock_type=StockType.CARD, size=1000).items:
        size = data.stock_size(row.product_name, row.sku_name)
        if size and not row.stock and not row.sold:
            lines = data.secrets(row.product_name, row.sku_name, size)
            stock.add_secrets(hub, row.sku_id, lines, note="示例", actor=SYSTEM, now=now)
    session.commit()


def _offers(hub: Tenant, now: datetime) -> UUID:
    """Three levels, three packages, and the price for agents; returns the free package."""
    kept = terms_on_sale.packages_on_sale(hub)
    if kept:
        return kept[0].id
    names = ("普及版", "专业版", "旗舰版")
    levels = [
        terms.add_level(hub, name, rank, actor=SYSTEM, now=now)
        for rank, name in enumerate(names, start=1)
    ]
    _prices_for_agents(hub, [level.id for level in levels], now)
    drafts = (
        PackageDraft("普及版", "免费开通，自己定价，赚差价", levels[0].id, Money.zero(), None,
                     Allows(), popular=True),
        PackageDraft("专业版试用", "30 天试用，成本更低，可开下级分站", levels[1].id, Money.zero(),
                     30, Allows(child_sites=True, own_domain=True), position=1),
        PackageDraft("旗舰版", "成本最低，可开下级分站", levels[2].id, Money.of("39"),
                     7, Allows(child_sites=True, own_domain=True), position=2,
                     fee_year=Money.of("388")),
    )  # fmt: skip
    made = [terms.create_package(hub, draft, actor=SYSTEM, now=now) for draft in drafts]
    return made[0].id


def _prices_for_agents(hub: Tenant, levels: list[UUID], now: datetime) -> None:
    """The higher the level, the closer to cost; only memberships leave more than a per cent."""
    for scope, thing, markups in (
        (Scope.ALL, None, ("0.6", "0.4", "0.2")),
        *((Scope.CATEGORY, thing, ("8", "6", "4")) for thing in _memberships(hub)),
    ):
        for level, markup in zip(levels, markups, strict=True):
            place = Place(scope, thing, Audience.CHILD, level)
            pricing.set_rule(
                hub, place, Method.PERCENT, markup, Rounding.FEN, actor=SYSTEM, now=now
            )


def _memberships(site: Tenant) -> list[UUID]:
    named = catalog.categories(site)
    return [one.id for one in named if one.name in MEMBERSHIPS and one.parent_id is None]


def _ada(hub: Tenant, package: UUID, password: str, now: datetime) -> Tenant:
    """Ada's sub-site, opened by the same application the signup page sends."""
    with shared():
        known = registry.by_slug("ada")
    if known is not None and known.state == registry.LIVE:
        return known
    wish = Wish(
        slug="ada",
        site_name="艾达点卡",
        package_id=package,
        theme="clean",
        primary="#0f766e",
        login="ada",
        owner_name="艾达",
        email="ada@example.com",
        password_hash=passwords.hash_password(password),
        terms_version="2026-11",
    )
    with use(hub):
        agents.apply(hub, APPLICATION, wish, now=now)
        session.commit()
    opening.open_site(APPLICATION, now=now)
    with shared():
        site = registry.by_slug("ada")
    if site is None:
        raise RuntimeError("the sample sub-site could not be opened: no spare schema")
    return site


def _trade(hub: Tenant, ada: Tenant, password: str, now: datetime) -> None:
    """Ada's mark-up on memberships, a deposit at Hub's, and Kim as her member with a balance."""
    with use(ada):
        for thing in _memberships(ada):
            place = Place(Scope.CATEGORY, thing, Audience.RETAIL)
            pricing.set_rule(ada, place, Method.PERCENT, "12", Rounding.JIAO, actor=SYSTEM, now=now)
        design.set_site(ada, notice=NOTICE, contact="微信 ada-card", author="艾达", now=now)
        session.commit()
    with use(ada):
        wallet.deposit(ada, Money.of("1000"), key="sample:deposit", actor=SYSTEM, now=now)
        session.commit()
    _kim(ada, password, now)


def _kim(ada: Tenant, password: str, now: datetime) -> None:
    consent = Consent(terms_version="2026-11", of_age=True)
    with use(ada):
        try:
            kim = members.sign_up(
                ada, contact="kim@example.com", password=password, name="小金", consent=consent,
                now=now,
            )  # fmt: skip
        except ContactTaken:
            return
        wallet.credit_member(
            ada, kim.id, Money.of("200"), key=f"sample:{kim.id}", actor=SYSTEM, note="示例", now=now
        )
        session.commit()
