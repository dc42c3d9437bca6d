"""A promoter is paid: papers with consent, an account, a withdrawal and what became of it. Nobody
reaches another's, and what is refused has moved nothing."""

from __future__ import annotations

import io
import itertools
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kameng.domains.accounts.members import queries as members
from kameng.domains.accounts.members.queries import MemberFacts
from kameng.domains.payees import queries as payees
from kameng.domains.payees import service as payee_service
from kameng.domains.payees.accounts import queries as accounts
from kameng.domains.payees.accounts import service as account_service
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.errors import PapersTaken
from kameng.domains.payees.rules import CONSENT, CONSENT_VERSION, Draft, Kind, Owner, State
from kameng.domains.promotion import service as promotion
from kameng.domains.promotion.rules import Rates, Settings
from kameng.domains.withdrawals import policy, queries, review
from kameng.domains.withdrawals.payouts import Proof
from kameng.domains.withdrawals.queries import WithdrawalFacts
from kameng.domains.withdrawals.rules import Policy
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Percent
from tenants.context import use
from tenants.database import session
from tests.support import payees as ready
from tests.support import shop as shops
from tests.support.ledger import TESTER, yuan
from tests.support.shop import Shop, Visitor
from tests.support.withdrawals import asked, earn
from tests.support.worlds import Builder

HOME, PAGE = "/me/promotion/withdrawals", "/me/promotion/payee"
ONCE = re.compile(r'name="once" value="([^"]+)"')
HOLDER = {"kind": "person", "legal_name": "张三丰", "id_number": "11010519491231002X"}


@pytest.fixture(scope="module")
def shop(app: Flask, builder: Builder) -> Shop:
    """One shop for all; each test has promoters of its own."""
    builder.app = app
    made = shops.furnish(builder.alliance())
    with use(made.alliance.ada) as ada:
        shares = Rates(Percent.of(5), Percent.of(2))
        promotion.set_up(ada, Settings(True, shares, 10), actor=SYSTEM, now=clock.now())
        session.commit()
    return made


ADDRESSES = itertools.count(1)
"""Each visits from an address of his own: how often one may try is counted by address."""


class Promoter:
    """A member of Ada's who promotes, signed in, with 500 that are due."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.ada = shop, shop.alliance.ada
        contact = f"kim{uuid4().hex[:8]}@example.com"
        self.facts: MemberFacts = shops.member(self.ada, contact)
        self.owner = Owner("member", str(self.facts.id))
        self.papers = Draft(Kind.COMPANY, f"甲乙{contact[3:11]}", credit_code())
        with use(self.ada):
            now = clock.now()
            joined = promotion.join(self.ada, self.facts.id, agreed=True, referral=None, now=now)
            self.code = joined.code
            earn(self.ada, "500", self.owner)
            session.commit()
        self.visitor: Visitor = shop.visitor()
        self.visitor.sign_in(contact)
        self.visitor.client.environ_base["REMOTE_ADDR"] = f"10.0.0.{next(ADDRESSES)}"

    def verified(self) -> AccountFacts:
        with use(self.ada):
            bound = ready.ready(
                self.ada, owner=self.owner, papers=self.papers, details=ready.ALIPAY
            )
            session.commit()
        return bound

    def asks(self, amount: str, account: AccountFacts, **more: str) -> TestResponse:
        fields = {"amount": amount, "account": str(account.id), **more}
        return self.visitor.post(HOME, seen_on=HOME, **fields)

    def withdrawals(self) -> list[WithdrawalFacts]:
        with use(self.ada):
            return queries.of_owner(self.ada, self.owner).rows

    def free(self) -> str:
        with use(self.ada):
            return str(queries.purse(self.ada, self.owner).free)


def credit_code() -> str:
    """A unified social credit code of its own, with a check sign that fits."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    body = "91" + f"{uuid4().int % 10**15:015d}"
    total = sum(signs.index(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + signs[(31 - total % 31) % 31]


def test_from_papers_to_money_on_the_account(shop: Shop) -> None:
    kim = Promoter(shop)
    ada, hub, page = kim.ada, shop.alliance.hub, kim.visitor.get(HOME).text
    assert "首次提现" in page
    assert kim.visitor.post(PAGE, seen_on=PAGE, **HOLDER, agree="1").status_code == 303
    page = kim.visitor.get(PAGE).text
    assert "110***********002X" in page
    assert HOLDER["id_number"] not in page
    fields = {"method": "alipay", "number": "13800138000"}
    assert kim.visitor.post(f"{PAGE}/accounts", seen_on=PAGE, **fields).status_code == 303
    with use(ada):
        given = members.consents(ada, kim.facts.id)
        assert (CONSENT, CONSENT_VERSION) in [(purpose, version) for purpose, version, _ in given]
        sent = payees.of(ada, kim.owner)
        assert sent
        payee_service.verify(ada, sent.version, owner=kim.owner, actor=TESTER, now=clock.now())
        (bound,) = accounts.accounts(ada, kim.owner)
        account_service.verify(ada, bound.id, actor=TESTER, now=clock.now())
        session.commit()
    answer = kim.asks("200.50", bound, once="a")
    assert answer.status_code == 303
    (made,) = kim.withdrawals()
    assert answer.location == f"{HOME}/{made.id}"
    assert "待审核" in kim.visitor.get(answer.location).text
    with use(ada):
        review.approve(ada, made.id, actor=TESTER, now=clock.now())
        review.start(ada, made.id, actor=TESTER, now=clock.now())
        proof = Proof("20261122-7788", ready.PICTURE)
        review.confirm(ada, made.id, proof, actor=TESTER, now=clock.now())
        session.commit()
    page = kim.visitor.get(answer.location).text
    assert "已打款" in page
    assert "20261122-7788" in page
    picture = kim.visitor.get(f"{answer.location}/proof")
    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert kim.free() == "299.50"
    with use(hub):
        (seen,) = [row for row in queries.of_alliance(hub).rows if row.id == made.id]
    assert seen.asked_by == kim.code
    assert kim.facts.name not in repr(seen)
    assert kim.facts.contact not in repr(seen)


def test_papers_are_kept_only_with_consent_and_of_nobody_too_young(shop: Shop) -> None:
    kim = Promoter(shop)
    young = f"{clock.now() - timedelta(days=13 * 365):%Y%m%d}"
    refused = [
        (HOLDER, "请先勾选同意"),
        (HOLDER | {"agree": "1", "id_number": resident(young)}, "未满 14 周岁"),
        (HOLDER | {"agree": "1", "id_number": "110105194912310021"}, "校验位"),
        (HOLDER | {"agree": "1", "legal_name": "<x>"}, "证件一致"),
    ]
    for fields, said in refused:
        answer = kim.visitor.post(PAGE, seen_on=PAGE, **fields)
        assert answer.status_code == 422, fields
        assert said in answer.text, fields
        with use(kim.ada):
            assert payees.of(kim.ada, kim.owner) is None
            assert CONSENT not in [one for one, _, _ in members.consents(kim.ada, kim.facts.id)]


def resident(born: str) -> str:
    """An identity number of somebody born that day."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = f"110105{born}001"
    total = sum(int(sign) * weight for sign, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def test_nobody_is_two_promoters_or_the_shop_and_its_promoter(shop: Shop) -> None:
    first, second = Promoter(shop), Promoter(shop)
    bound = first.verified()
    fields = {"kind": "company", "legal_name": "乙公司", "id_number": first.papers.id_number}
    answer = second.visitor.post(PAGE, seen_on=PAGE, **fields, agree="1")
    assert answer.status_code == 409
    assert "已被本店其他收款人使用" in answer.text
    with use(second.ada):
        assert payees.of(second.ada, second.owner) is None
        with pytest.raises(PapersTaken):
            payee_service.send(second.ada, first.papers, actor=TESTER, now=clock.now())
        session.rollback()
        assert accounts.account(first.ada, bound.id).stands  # type: ignore[union-attr]


def test_accounts_are_checked_at_their_field(shop: Shop) -> None:
    kim = Promoter(shop)
    kim.verified()
    for fields, said in (
        ({"method": "bank", "number": "622202123456", "bank": "工商银行"}, "请填写开户支行"),
        ({"method": "alipay", "number": "no"}, "请填写完整账号"),
        ({"method": "qr"}, "请上传收款码图片"),
        ({"method": "stripe", "number": "acct_1"}, "请填写完整账号"),
    ):
        answer = kim.visitor.post(f"{PAGE}/accounts", seen_on=PAGE, **fields)
        assert answer.status_code == 422, fields
        assert said in answer.text, fields
    with use(kim.ada):
        assert len(accounts.accounts(kim.ada, kim.owner)) == 1
    code = {"method": "qr", "picture": (io.BytesIO(ready.PICTURE), "code.png")}
    assert kim.visitor.post(f"{PAGE}/accounts", seen_on=PAGE, **code).status_code == 303
    with use(kim.ada):
        found = accounts.accounts(kim.ada, kim.owner)
        assert [one.has_picture for one in found] == [True, False]
        assert all(one.state is not State.REFUSED for one in found)


def test_odd_amounts_and_anothers_account_withdraw_nothing(shop: Shop) -> None:
    kim, bo = Promoter(shop), Promoter(shop)
    account, others = kim.verified(), bo.verified()
    for amount in (
        "0",
        "-1",
        "99.99",
        "1e400",
        "NaN",
        "100.001",
        "500.01",
        "=1+1",
        "",
        "1.2345678",
    ):
        answer = kim.asks(amount, account)
        assert answer.status_code == 422, amount
        assert "f-amount" in answer.text
    assert kim.asks("100", others).status_code == 422
    assert kim.visitor.post(HOME, seen_on=HOME, amount="100", account="x").status_code == 422
    assert (kim.withdrawals(), kim.free()) == ([], "500.00")
    assert kim.asks("１００", account).status_code == 303
    assert kim.free() == "400.00"


def test_a_form_sent_twice_is_one_and_no_key_is_anothers(shop: Shop) -> None:
    kim, bo = Promoter(shop), Promoter(shop)
    for one in (kim, bo):
        account = one.verified()
        found = ONCE.search(one.visitor.get(HOME).text)
        assert found
        for _ in range(2):
            assert one.asks("100", account, once="same").status_code == 303
        assert one.asks("120", account, once="same").status_code == 409
        assert len(one.withdrawals()) == 1
        assert one.free() == "400.00"


def test_a_promoter_takes_back_what_nobody_has_approved(shop: Shop) -> None:
    kim = Promoter(shop)
    account = kim.verified()
    for amount in ("100", "150"):
        kim.asks(amount, account)
    second, first = kim.withdrawals()
    page = f"{HOME}/{first.id}"
    assert kim.visitor.post(f"{page}/cancellation", seen_on=page).status_code == 303
    assert "已撤回" in kim.visitor.get(page).text
    with use(kim.ada):
        review.approve(kim.ada, second.id, actor=TESTER, now=clock.now())
        session.commit()
    answer = kim.visitor.post(f"{HOME}/{second.id}/cancellation", seen_on=PAGE)
    assert answer.status_code == 409
    assert kim.free() == "350.00"


def test_another_promoters_papers_and_withdrawals_do_not_exist(shop: Shop) -> None:
    kim, bo = Promoter(shop), Promoter(shop)
    account = kim.verified()
    kim.asks("100", account)
    (made,) = kim.withdrawals()
    for path in (f"{HOME}/{made.id}", f"{HOME}/{made.id}/proof", f"{HOME}/{uuid4()}"):
        assert bo.visitor.get(path).status_code == 404
    for path in (f"{HOME}/{made.id}/cancellation", f"{PAGE}/accounts/{account.id}/removal"):
        assert bo.visitor.post(path, seen_on=PAGE).status_code == 404
    assert kim.papers.legal_name not in bo.visitor.get(PAGE).text
    with use(kim.ada):
        house = asked_by_the_house(shop)
    assert bo.visitor.get(f"{HOME}/{house}").status_code == 404
    assert (len(kim.withdrawals()), kim.free()) == (1, "400.00")


def asked_by_the_house(shop: Shop) -> UUID:
    """A withdrawal of Ada herself."""
    ada = shop.alliance.ada
    papers = Draft(Kind.COMPANY, "艾达公司", credit_code())
    account = ready.ready(ada, papers=papers)
    earn(ada, "300")
    made = asked(ada, account, "200")
    session.commit()
    return made.id


def test_whoever_does_not_promote_finds_nothing_and_guests_sign_in(shop: Shop) -> None:
    contact = f"bo{uuid4().hex[:8]}@example.com"
    shops.member(shop.alliance.ada, contact)
    visitor = shop.visitor()
    for path in (HOME, PAGE, "/me/promotion/mails"):
        assert "/sign-in" in visitor.get(path).location
    visitor.sign_in(contact)
    for path in (HOME, PAGE, "/me/promotion/mails"):
        assert visitor.get(path).status_code == 404
        assert visitor.post(path, seen_on="/me", amount="1").status_code == 404
    assert visitor.client.post(HOME, data={"amount": "100"}).status_code == 400


def test_a_pause_a_limit_and_the_fee_are_said_before_asking(shop: Shop) -> None:
    kim = Promoter(shop)
    account = kim.verified()
    rules = Policy(fee_flat=yuan("5"), fee_share=Percent.of(1), daily=yuan("300"))
    try:
        settle(shop, rules)
        page = kim.visitor.get(HOME).text
        assert "¥5.00 + 1%" in page
        assert "每天最多提现 ¥300.00" in page
        assert kim.asks("200", account).status_code == 303
        assert kim.withdrawals()[0].fee == yuan("7")
        assert kim.asks("101", account).status_code == 422
        settle(shop, Policy(open=False))
        assert "暂停受理提现" in kim.visitor.get(HOME).text
        answer = kim.visitor.post(HOME, seen_on="/me", amount="100", account=str(account.id))
        assert answer.status_code == 422
        assert "主站" not in re.sub(r"<footer.*", "", answer.text, flags=re.S)
        assert kim.free() == "300.00"
    finally:
        settle(shop, Policy())


def settle(shop: Shop, rules: Policy) -> None:
    with use(shop.alliance.hub) as hub:
        policy.set_policy(hub, rules, actor=TESTER, now=clock.now())
        session.commit()


def test_too_many_papers_in_an_hour_are_refused(shop: Shop) -> None:
    kim = Promoter(shop)
    token = kim.visitor.token(PAGE)
    fields = {**HOLDER, "id_number": "x", "csrf_token": token}
    told = [kim.visitor.client.post(PAGE, data=fields).status_code for _ in range(11)]
    assert told == [422] * 10 + [429]
