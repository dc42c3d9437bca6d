"""What follows when delivered goods were given back: a mail to the buyer, a notice of a debt."""

from __future__ import annotations

from typing import Any

import pytest

from kameng.domains.ledger import queries as ledger
from kameng.domains.ledger.rules import AccountKind, Posting, credit, debit, house
from kameng.domains.ledger.service import post
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications import texts
from kameng.domains.orders.service import Wanted
from kameng.kit import clock, ids
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tests.domains.orders.test_aftersale import give_back, lines_of, through_channel
from tests.support import accounts
from tests.support.orders import relayed, stocked
from tests.support.payments import Standin, standin
from tests.support.tree import markup
from tests.support.worlds import Alliance

__all__ = ["standin"]


def test_the_buyer_is_mailed_and_a_site_whose_margin_was_paid_out_hears_of_its_debt(
    alliance: Alliance, standin: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = alliance.ada
    accounts.staff(ada, role="agent")
    markup(ada, "20")
    order = through_channel(ada, stocked(alliance.hub), standin, 2)
    margin, available = house(ada.id, AccountKind.MARGIN), house(ada.id, AccountKind.AVAILABLE)
    with use(ada):
        earned = ledger.balance(margin).posted
        lines = [debit(margin, earned), credit(available, earned)]
        post(
            ada, Posting("settlement", f"t:{ids.uuid7()}", "t", "1", lines, SYSTEM), now=clock.now()
        )
        session.commit()
    mails: list[dict[str, Any]] = []
    monkeypatch.setattr(
        notifications, "goods_refunded", lambda tenant, to, **told: mails.append({"to": to, **told})
    )
    give_back(ada, order, Wanted(lines_of(ada, order)[0], 1))
    relayed()
    relayed()
    (mail,) = mails
    assert (mail["to"], mail["number"], mail["amount"]) == (
        order.contact,
        order.number,
        Money(order.total.micro // 2),
    )
    with use(ada):
        found = session.connection().exec_driver_sql(
            "SELECT facts::text FROM shared.notice WHERE tenant_id = %s"
            " AND kind = 'after_sale_debt'",
            (ada.id,),
        )
        ((facts,),) = found.all()
    assert order.number in facts


@pytest.mark.parametrize(("locale", "said"), [("zh_CN", "已退款 9.90 元"), ("en", "9.90")])
def test_the_letter_says_how_much_and_where_to_look(locale: str, said: str) -> None:
    link = "https://shop.test/orders/1"
    letter = texts.goods_refunded(shop="店", number="N-1", amount="9.90", link=link, locale=locale)
    assert said in letter.subject
    assert link in letter.text
