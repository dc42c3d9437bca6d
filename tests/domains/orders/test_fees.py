"""What the master keeps of a sale: out of the seller's margin, booked and given back with it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kameng.domains.ledger.rules import AccountKind, house
from kameng.domains.orders import parts, proofs, queries
from kameng.domains.orders.checkout import fees
from kameng.domains.orders.rules import OrderFacts, split
from kameng.domains.orders.service import Wanted
from kameng.domains.terms import service as terms
from kameng.domains.terms.queries import LevelFacts
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money, Percent
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.domains.orders.test_aftersale import bought, give_back, lines_of
from tests.support import terms as termset
from tests.support.earning import holds
from tests.support.lines import line, prices, quantities
from tests.support.orders import books_balance, stocked
from tests.support.tree import markup
from tests.support.worlds import Alliance, Builder

FEE = AccountKind.PLATFORM_FEE


@given(prices, quantities, st.integers(0, 500_000))
def test_the_fee_leaves_the_seller_a_margin_and_the_parts_their_sum(
    steps: list[int], quantity: int, ppm: int
) -> None:
    sold = line(steps, quantity)
    (charged,) = fees.with_fees([sold], Percent(ppm), 1)
    found = parts.parts(charged, 1)
    fee = found.get(house(1, FEE), Money(0))
    assert fee == min(sold.total.share(Percent(ppm)), fees.margin_left(sold))
    assert split(charged).shares[-1].margin >= min(Money(0), split(sold).shares[-1].margin)
    assert sum(part.micro for part in found.values()) == sold.total.micro
    others = [split(one).shares[:-1] for one in (sold, charged)]
    assert others[0] == others[1]


def test_no_fee_leaves_no_trace_on_the_line() -> None:
    sold = line([1_000_000, 2_000_000], 3)
    assert fees.with_fees([sold], Percent(0), 1) == [sold]
    at_cost = line([2_000_000, 2_000_000], 3)
    assert fees.with_fees([at_cost], Percent.of("5"), 1) == [at_cost]


@dataclasses.dataclass(frozen=True)
class Branch:
    """Hub keeps 3 % of what its level's sites sell: Ada, and Bo below her."""

    sites: Alliance
    level: LevelFacts


@pytest.fixture(scope="module")
def branch(builder: Builder) -> Branch:
    made = builder.alliance()
    for site, children in ((made.hub, True), (made.ada, True), (made.ada, False), (made.bo, False)):
        markup(site, "20", children=children)
    level = termset.level(made.hub)
    termset.bind(made.ada, termset.package(made.hub, level_id=level.id))
    termset.bind(made.bo, termset.package(made.ada))
    return Branch(made, level)


def charged(branch: Branch, percent: str) -> None:
    hub = branch.sites.hub
    with use(hub):
        terms.set_platform_fee(hub, branch.level.id, Percent.of(percent), actor=SYSTEM)
        session.commit()


def proven(site: Tenant) -> None:
    with use(site):
        assert not list(proofs.look(site))


def total(site: Tenant, order: OrderFacts) -> Money:
    with use(site):
        return queries.by_number(site, order.number).order.total


def test_the_master_has_his_share_at_delivery_and_gives_it_back_with_the_goods(
    branch: Branch,
) -> None:
    sites = branch.sites
    sku = stocked(sites.hub, cost="8.00", retail="10.00")
    charged(branch, "3")
    before = holds(sites.hub, FEE)
    order = bought(sites.ada, (sku, 3))
    fee = holds(sites.hub, FEE) - before
    assert fee == total(sites.ada, order).share(Percent.of("3"))
    assert fee.micro > 0
    (line_id,) = lines_of(sites.ada, order)
    give_back(sites.ada, order, Wanted(line_id, pieces=1))
    assert holds(sites.hub, FEE) - before == Money(fee.micro - fee.micro // 3)
    proven(sites.ada)
    give_back(sites.ada, order, Wanted(line_id, pieces=2))
    assert holds(sites.hub, FEE) == before
    proven(sites.ada)
    books_balance(sites.hub)


def test_a_site_further_down_pays_by_the_level_the_master_gave_and_the_master_pays_none(
    branch: Branch,
) -> None:
    sites = branch.sites
    sku = stocked(sites.hub, cost="8.00", retail="10.00")
    charged(branch, "2.5")
    before = holds(sites.hub, FEE)
    order = bought(sites.bo, (sku, 1))
    fee = total(sites.bo, order).share(Percent.of("2.5"))
    assert holds(sites.hub, FEE) - before == fee
    bought(sites.hub, (sku, 1))
    charged(branch, "0")
    bought(sites.ada, (sku, 1))
    assert holds(sites.hub, FEE) - before == fee
    proven(sites.bo)


def test_what_was_ordered_before_keeps_the_fee_of_then(branch: Branch) -> None:
    sites = branch.sites
    sku = stocked(sites.hub, cost="8.00", retail="10.00")
    charged(branch, "4")
    order = bought(sites.ada, (sku, 2))
    charged(branch, "50")
    (line_id,) = lines_of(sites.ada, order)
    before = holds(sites.hub, FEE)
    give_back(sites.ada, order, Wanted(line_id, pieces=2))
    assert before - holds(sites.hub, FEE) == total(sites.ada, order).share(Percent.of("4"))
