"""Two alliances that know nothing of each other, each full of words only it may show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from kameng.domains.accounts import passwords
from kameng.domains.accounts.members.tiers import service as tiers
from kameng.domains.accounts.staff import service as staff
from kameng.domains.catalog import queries as catalog_queries
from kameng.domains.catalog.imports import service as imports
from kameng.domains.design import queries as designs
from kameng.domains.design import service as design
from kameng.domains.design.drafts import service as drafts
from kameng.domains.design.rollouts import service as rollouts
from kameng.domains.design.skins import service as skins
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.orders import queries as orders
from kameng.domains.payees import queries as payee_queries
from kameng.domains.payees.rules import MEMBER, Draft, Owner
from kameng.domains.payments import queries as payments
from kameng.domains.payments.disputes import service as disputes
from kameng.domains.payments.own import service as own
from kameng.domains.payments.own.rules import Keys
from kameng.domains.payments.rules import ProviderDispute
from kameng.domains.pricing import service as pricing
from kameng.domains.pricing.changes import queries as changes
from kameng.domains.pricing.costs import service as costs
from kameng.domains.pricing.costs.queries import waiting_for
from kameng.domains.pricing.markups.rules import Audience, Method, Place, Rounding, Scope
from kameng.domains.pricing.markuptemplates import service as templates
from kameng.domains.pricing.markuptemplates.choices import ALL
from kameng.domains.pricing.markuptemplates.rules import Line
from kameng.domains.pricing.matrix import service as sheets
from kameng.domains.pricing.news.digests import digest
from kameng.domains.pricing.news.rules import window_of
from kameng.domains.pricing.whatif import running
from kameng.domains.pricing.whatif import service as what_ifs
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import Rates, Settings
from kameng.domains.settlement import queries as settlements
from kameng.domains.terms import service as terms
from kameng.domains.terms.rules import Allows, PackageDraft
from kameng.domains.topups import queries as topup_queries
from kameng.domains.topups import service as topups
from kameng.domains.topups.service import Wish
from kameng.domains.withdrawals.connected import service as connections
from kameng.domains.withdrawals.payouts.base import Home, Standing
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM, Actor
from kameng.kit.money import Money, Percent
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import catalog, earning, keys, media, payees, presets, shop, withdrawals, writing
from tests.support.keys import Program
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
    programs: dict[str, Program] = field(default_factory=dict)

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
    _costs(made)
    _template(made)
    _order(made)
    _topup(made)
    _dispute(made)
    _withdrawal(made)
    _at_the_provider(made)
    _own_channel(made)
    _promoter(made)
    _settled(made)
    _people(made)
    _notices(made)
    _picture(made)
    _written(made)
    _preset(made)
    _planned(made)
    _drafted(made)
    _rolling_out(made)
    return made


def _preset(made: Rival) -> None:
    """A look of Hub's kept for its sub-sites, and waiting at Ada's."""
    hub, ada = made.alliance.hub, made.alliance.ada
    preset = presets.kept(hub, f"{made.mark}预设")
    made.ids["preset_id"] = str(preset.id)
    made.ids["push_id"] = str(presets.given(hub, preset, ada))
    made.marks.add(f"{made.mark}预设")


def _picture(made: Rival) -> None:
    """A picture of Hub's, named after it."""
    made.ids["media_id"] = str(media.kept(made.alliance.hub, f"{made.mark}海报").id)
    made.marks.add(f"{made.mark}海报")


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
        prices = f"规格编号,零售自定价,零售批发价\n{sku.sku_id},11,\n".encode()
        sheet_id = sheets.preview(hub, f"{made.mark}.csv", prices, actor=SYSTEM, now=now)
        session.commit()
    made.ids |= {
        "product_id": str(sku.product_id),
        "sku_id": str(sku.sku_id),
        "category_id": str(category_id),
        "import_id": str(import_id),
        "sheet_id": str(sheet_id),
    }
    made.marks |= {*secrets, f"{made.mark}商品", f"{made.mark}分类", f"{made.mark}规格"}
    made.marks |= {f"{made.mark}表格商品", f"{made.mark}.csv"}


def _tried(made: Rival, place: Place) -> UUID:
    """A what-if of Hub's, worked out."""
    with use(made.alliance.hub) as hub:
        now = clock.now()
        rule = pricing.rule_entry(hub, place, Method.PERCENT, "20", Rounding.FEN, now=now)
        tried = what_ifs.draft(hub, f"{made.mark}试算", [rule], actor=SYSTEM, now=now)
        what_ifs.begin(hub, tried, now=now)
        for _ in running.steps(hub, tried, clock=clock.now):
            session.commit()
    made.marks.add(f"{made.mark}试算")
    return tried


def _terms(made: Rival) -> None:
    hub, now = made.alliance.hub, clock.now()
    place = Place(Scope.ALL, None, Audience.RETAIL)
    draft = PackageDraft(
        name=f"{made.mark}套餐", summary="", level_id=None, fee=Money.zero(), trial_days=None,
        allows=Allows(), on_sale=True, popular=False, position=0,
    )  # fmt: skip
    with use(hub):
        level = terms.add_level(hub, f"{made.mark}等级", 1, actor=SYSTEM, now=now)
        tier = tiers.add(hub, f"{made.mark}会员", 1, actor=SYSTEM, now=now)
        package = terms.create_package(hub, draft, actor=SYSTEM, now=now)
        session.commit()
    with use(made.alliance.ada):
        rule = pricing.set_rule(
            made.alliance.ada, place, Method.PERCENT, "13", Rounding.FEN, actor=SYSTEM, now=now
        )
        change = changes.page(made.alliance.ada).items[0]
        session.commit()
    made.ids |= {"level_id": str(level.id), "package_id": str(package.id), "rule_id": str(rule.id)}
    made.ids |= {"change_id": str(change.id), "tier_id": str(tier.id)}
    made.ids["what_if_id"] = str(_tried(made, place))
    made.marks |= {f"{made.mark}套餐", f"{made.mark}等级", f"{made.mark}会员"}


def _costs(made: Rival) -> None:
    """A cost of Hub's moves, so that Ada has news of it, and another move of it waits."""
    hub, ada, sku_id = made.alliance.hub, made.alliance.ada, UUID(made.ids["sku_id"])
    now, child = clock.now(), Place(Scope.ALL, None, Audience.CHILD)
    since, until = window_of(now)
    with use(hub):
        pricing.set_rule(hub, child, Method.PERCENT, "5", Rounding.FEN, actor=SYSTEM, now=since)
        stands = catalog_queries.sku_facts(hub, [sku_id])[sku_id].cost
        for cost in (Money(stands.micro + 1), Money(stands.micro * 3)):
            moves = {sku_id: (stands, cost)}
            costs.propose(hub, moves, source=None, actor=SYSTEM, now=since)
            stands = cost
        made.ids["pick"] = str(waiting_for(hub, [sku_id])[sku_id].id)
        session.commit()
    with use(ada):
        made.ids["news_id"] = str(digest(ada, since, until, now=now))
        session.commit()


def _template(made: Rival) -> None:
    """A mark-up template of Hub's, looked at for the goods and not decided yet."""
    with use(made.alliance.hub) as hub:
        now, name = clock.now(), f"{made.mark}模板"
        line = Line(Audience.RETAIL, None, Method.PERCENT, 300_000)
        template_id = templates.make(hub, name, [line], actor=SYSTEM, now=now)
        preview_id = templates.preview(hub, template_id, ALL, actor=SYSTEM, now=now)
        session.commit()
    made.ids |= {"template_id": str(template_id), "preview_id": str(preview_id)}
    made.marks.add(name)


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


def _withdrawal(made: Rival) -> None:
    """Ada says who is paid, binds an account and asks for a withdrawal."""
    ada, name = made.alliance.ada, f"{made.mark}收款人"
    papers = Draft(payees.PAPERS.kind, name, payees.PAPERS.id_number)
    with use(ada):
        account = payees.ready(ada, papers=papers)
        withdrawals.earn(ada, "500")
        asked = withdrawals.asked(ada, account, "150")
        payee = payee_queries.of(ada)
        assert payee
        session.commit()
    made.ids |= {"withdrawal_id": str(asked.id), "account_id": str(account.id)}
    made.ids |= {"payee_id": str(payee.id), "account": str(account.id)}
    made.marks.add(name)


def _at_the_provider(made: Rival) -> None:
    """Hub pays out by Stripe, and Ada has an account there under a name of her own."""
    hub, ada, now = made.alliance.hub, made.alliance.ada, clock.now()
    with use(hub):
        home = Home(f"acct_{made.mark}", "HK", ("CNY",))
        connections.switch_on(hub, actor=SYSTEM).settle(home)
        session.commit()
    name = f"{made.mark}户名"
    standing = Standing(f"acct_{made.mark}ada", False, (name,), "active", True, True, 0, "")
    with use(ada):
        opened = connections.begin(ada, "HK", actor=SYSTEM, now=now).settle(standing)
        session.commit()
    made.ids["connection_id"] = str(opened.id)
    made.marks |= {name, f"acct_{made.mark}"}


def _own_channel(made: Rival) -> None:
    """Ada may collect by herself and has stored keys, as if the provider had taken them."""
    ada, account = made.alliance.ada, f"acct_own_{made.mark}"
    keys = Keys(f"sk_test_rival_{ada.slug}", f"whsec_rival_{ada.slug}")
    with use(ada):
        own.allow(ada, allowed=True, actor=SYSTEM, now=clock.now())
        own.connect(ada, keys, actor=SYSTEM).settle((account, None))
        session.commit()
    made.marks |= {account, keys.secret, keys.hook}


def _topup(made: Rival) -> None:
    """Ada's member is about to top up her balance."""
    ada, member_id = made.alliance.ada, UUID(made.ids["member_id"])
    wish = Wish(member_id, Money.of("20"), made.mark, "https://a.example", "https://a.example")
    with use(ada):
        topups.start(ada, wish, actor=SYSTEM, now=clock.now())
        made.ids["topup_id"] = str(topup_queries.of_member(ada, member_id)[0].id)
        session.commit()


def _dispute(made: Rival) -> None:
    """The bank of Ada's member asks about it."""
    ada, now = made.alliance.ada, clock.now()
    with use(ada):
        [attempt] = payments.attempts_for(ada, "topup", made.ids["topup_id"])
        said = ProviderDispute(
            id=f"du_{made.mark}", status="warning_needs_response", reason="general",
            amount_fen=attempt.amount.fen, currency="cny", live=False, payment="",
            attempt_id=str(attempt.id), opened_at=now, due_at=None, movements=(),
        )  # fmt: skip
        made.ids["dispute_id"] = str(disputes.take_in(ada, attempt, said, now=now).id)
        session.commit()
    made.marks.add(f"du_{made.mark}")


def _promoter(made: Rival) -> None:
    """Ada's member promotes for her shop, with a note that is hers alone."""
    ada, now, note = made.alliance.ada, clock.now(), f"{made.mark}推广员"
    member_id, shares = UUID(made.ids["member_id"]), Rates(Percent.of(5), Percent.of(2))
    with use(ada):
        promotion.set_up(ada, Settings(True, shares, 15), actor=SYSTEM, now=now)
        code = promotion.join(ada, member_id, agreed=True, referral=None, now=now).code
        promotion.describe(ada, member_id, note=note, rates=None, actor=SYSTEM)
        asked = _promoters_own(made, Owner(MEMBER, str(member_id)))
        session.commit()
    made.ids["payout_id"] = asked
    made.marks |= {code, note}


def _promoters_own(made: Rival, owner: Owner) -> str:
    """The promoter is verified and asks for a withdrawal."""
    ada, papers = made.alliance.ada, payees.OTHER_PAPERS
    name = f"{made.mark}推广公司"
    papers = Draft(papers.kind, name, papers.id_number)
    account = payees.ready(ada, owner=owner, details=payees.ALIPAY, papers=papers)
    withdrawals.earn(ada, "500", owner)
    made.marks.add(name)
    return str(withdrawals.asked(ada, account, "140", owner).id)


def _settled(made: Rival) -> None:
    """Ada is given her part of the order, when its days are over."""
    ada = made.alliance.ada
    over = clock.now() + timedelta(days=10)
    earning.settled(made.alliance.hub, ada, now=over)
    with use(ada):
        made.ids["settlement_id"] = str(settlements.page(ada, site_id=ada.id).items[0].id)


def _people(made: Rival) -> None:
    """An operator for Hub, an agent for Ada, each with a program that has a key."""
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
            key = keys.drawn(site, person, f"{made.mark}密钥")
            made.programs[role] = keys.program(made.alliance, site, key.key)
            made.ids["key_id"] = str(key.id)
        session.commit()
    made.marks.add(f"{made.mark}密钥")


def _notices(made: Rival) -> None:
    """Somebody came to see both sites; their owners have it in their inboxes."""
    for site in (made.alliance.hub, made.alliance.ada):
        facts = {"visitor": f"{made.mark}来访", "via": "", "until": "", "reason": ""}
        with use(site):
            notifications.notify(site, Kind.SITE_ENTERED, facts, key=made.mark, now=clock.now())
            made.ids["notice_id"] = str(session.scalar(text("SELECT id FROM shared.notice")))
            session.commit()
    made.marks.add(f"{made.mark}来访")


def _written(made: Rival) -> None:
    """Ada has an article and a page of her own, a menu line to it, and an article nobody sees."""
    ada, slug = made.alliance.ada, f"rival-{made.alliance.ada.slug}"
    draft = writing.article(ada, f"{made.mark}草稿", out=False)
    writing.article(ada, f"{made.mark}公文", slug=slug)
    writing.page(ada, slug, f"{made.mark}专页")
    made.ids |= {"article_id": str(draft.id), "name": slug}
    made.marks |= {f"{made.mark}草稿", f"{made.mark}公文", f"{made.mark}专页"}


def _planned(made: Rival) -> None:
    """Ada has a version nobody sees yet, and plans to show it for a day."""
    ada, now, day = made.alliance.ada, clock.now(), timedelta(days=1)
    with use(ada):
        look = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        note = f"{made.mark}版本"
        version = design.add_revision(ada, look, author="x", note=note, now=now)
        skin = skins.plan(
            ada,
            version.id,
            name=f"{made.mark}换肤",
            starts=now + day,
            ends=now + 2 * day,
            actor=SYSTEM,
            now=now,
        )
        session.commit()
    made.ids |= {"revision_id": str(version.id), "skin_id": str(skin.id)}
    made.marks |= {note, skin.name}


def _drafted(made: Rival) -> None:
    """Ada decorates her shop and has not published it yet."""
    ada, name = made.alliance.ada, f"{made.mark}未发布的店"
    with use(ada):
        look = {key: one for key, one in designs.live(ada).items() if key != "digest"}
        look["site"] = {**look["site"], "name": name}
        drafts.keep(ada, look, step=0, editor="rival", author=name, now=clock.now())
        session.commit()
    made.marks.add(name)


def _rolling_out(made: Rival) -> None:
    """Hub moves its sites to a newer line of Ada's template, Ada first."""
    hub, now = made.alliance.hub, clock.now()
    worker = Actor("staff", "hub-1", f"{made.mark}发布员", "203.0.113.1")
    with use(made.alliance.ada):
        shown = designs.live_revision(made.alliance.ada)
        assert shown
    with use(hub):
        plan = rollouts.Plan(
            theme=shown.theme,
            from_line=shown.theme_version,
            to_line="9.9",
            chosen=(made.alliance.ada.id,),
            percents=(100,),
            wait_minutes=60,
            threshold=200,
        )
        planned = rollouts.plan(hub, plan, actor=worker, now=now)
        session.commit()
    with shared():
        rollouts.fill(planned, now=now)
        session.commit()
    with use(hub):
        rollouts.begin(hub, planned.id, actor=worker, now=now)
        session.commit()
    made.ids["rollout_id"] = str(planned.id)
    made.marks.add(worker.name)


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
