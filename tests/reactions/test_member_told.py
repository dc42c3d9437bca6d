"""A member is mailed what becomes of the payee, the accounts and each withdrawal, in the language
read at the shop, and does without what may be done without."""

from __future__ import annotations

import email
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from kameng.config import Settings
from kameng.domains.notifications.members import mailing, phrases, queries, rules, service
from kameng.domains.notifications.members.errors import NoSuchMail
from kameng.domains.notifications.members.kinds import ALWAYS, CHOICES, Mail
from kameng.domains.notifications.notices.errors import FactsMissing
from kameng.domains.notifications.notices.rules import named as named_in
from kameng.domains.payees.accounts.queries import AccountFacts
from kameng.domains.payees.rules import Owner
from kameng.domains.withdrawals import review
from kameng.domains.withdrawals import service as withdrawals
from kameng.domains.withdrawals.payouts import Proof
from kameng.kit import clock
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts
from tests.support.ledger import TESTER
from tests.support.orders import relayed
from tests.support.withdrawals import asked, rich
from tests.support.worlds import Alliance, Builder

pytestmark = pytest.mark.usefixtures("tools")


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture
def post(tools: Settings) -> Path:
    folder = tools.home / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    return folder


@pytest.fixture(autouse=True)
def _at_once(world: Alliance, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is queued is mailed in this process, once per key; of other worlds nothing."""
    done: set[str] = set()

    def run(_job: object, tenant: Tenant, *args: object, key: str) -> None:
        if key not in done and tenant.root_id == world.hub.id:
            done.add(key)
            later.append((tenant.id, *args))

    monkeypatch.setattr(service, "enqueue", run)
    later.clear()


later: list[tuple[object, ...]] = []


def letters(post: Path) -> list[tuple[str, str]]:
    """Subject and text of what members got, after everything announced was heard, twice."""
    for _ in range(2):
        relayed()
    for one in later:
        mailing.mail_member(*one)
    later.clear()
    found = [email.message_from_bytes(file.read_bytes(), policy=default) for file in
             sorted(post.glob("*.eml"))]  # fmt: skip
    return [(str(one["Subject"]), one.get_content()) for one in found]


def promoter(site: Tenant, contact: str) -> tuple[Owner, AccountFacts]:
    """One for each site: nobody is two promoters of one."""
    owner = Owner("member", str(accounts.member(site, contact=contact).id))
    return owner, rich(site, "1000", owner)


def test_every_step_of_a_withdrawal_is_told_once_and_says_how_much_and_why(
    world: Alliance, post: Path
) -> None:
    owner, account = promoter(world.ada, "kim@example.com")
    begun = [subject for subject, _ in letters(post)]
    assert [one.partition("】")[2].split()[0] for one in begun] == [
        "收款人资料已提交",
        "收款人已通过核实",
        "收款账户",
        "收款账户",
    ]
    for old in post.glob("*.eml"):
        old.unlink()
    now = clock.now()
    with use(world.ada) as ada:
        kept, lost = asked(ada, account, "200", owner), asked(ada, account, "150", owner)
        taken = asked(ada, account, "120", owner)
        withdrawals.cancel(ada, taken.id, owner=owner, actor=TESTER, now=now)
        review.reject(ada, lost.id, "名字不符", actor=TESTER, now=now)
        review.approve(ada, kept.id, actor=TESTER, now=now)
        review.start(ada, kept.id, actor=TESTER, now=now)
        review.confirm(ada, kept.id, Proof("778899"), actor=TESTER, now=now)
        session.commit()
    told = letters(post)
    assert sorted(subject.partition("】")[2] for subject, _ in told) == sorted(
        [
            *(f"提现 ¥{one} 已提交" for one in ("200.00", "150.00", "120.00")),
            "提现 ¥120.00 已撤回",
            "提现 ¥150.00 未通过审核",
            "提现 ¥200.00 已通过审核",
            "提现 ¥200.00 已打款",
        ]
    )
    (why,) = [text for subject, text in told if "未通过" in subject]
    assert "名字不符" in why
    assert all("6222021234567890123" not in text for _, text in told)
    assert all(f"/me/promotion/withdrawals/{one.id}" in "".join(text for _, text in told)
               for one in (kept, lost, taken))  # fmt: skip
    with use(world.ada) as ada:
        review.returned(ada, kept.id, "银行退回", actor=TESTER, now=now)
        session.commit()
    assert "银行退回" in letters(post)[-1][1]


def test_a_member_reads_english_and_does_without_some_but_not_without_all(
    world: Alliance, post: Path
) -> None:
    owner, account = promoter(world.bo, "eve@example.com")
    letters(post)
    member_id, now = UUID(owner.id), clock.now()
    with use(world.bo) as bo:
        service.speak(bo, member_id, locale="en", now=now)
        service.choose(bo, member_id, ["withdrawal_asked"], locale="en", now=now)
        service.speak(bo, member_id, locale="zh_CN", now=now)
        session.commit()
        assert queries.wishes(bo, member_id).locale == "en"
        for odd in (["withdrawal_paid"], ["nothing"]):
            with pytest.raises(NoSuchMail):
                service.choose(bo, member_id, odd, locale="en", now=now)
        with pytest.raises(NoSuchMail):
            service.choose(bo, member_id, [], locale="fr", now=now)
    for old in post.glob("*.eml"):
        old.unlink()
    with use(world.bo) as bo:
        made = asked(bo, account, "200", owner)
        review.approve(bo, made.id, actor=TESTER, now=now)
        session.commit()
    ((subject, text),) = letters(post)
    assert "Your withdrawal of ¥200.00 is approved" in subject
    assert "/me/promotion/mails" in text


def test_who_has_no_address_gets_no_mail(world: Alliance, post: Path) -> None:
    owner, account = promoter(world.hub, "13800138000")
    with use(world.hub) as hub:
        asked(hub, account, "200", owner)
        session.commit()
    assert letters(post) == []


def test_every_mail_has_words_in_both_languages_about_the_same_facts() -> None:
    assert set(phrases.CHINESE) == set(phrases.ENGLISH) == set(Mail)
    assert set(CHOICES) | ALWAYS == set(Mail)
    named = {mail: named_in(phrases.CHINESE[mail]) for mail in Mail}
    assert named == {mail: named_in(phrases.ENGLISH[mail]) for mail in Mail}
    with pytest.raises(FactsMissing):
        rules.told(Mail.WITHDRAWAL_REJECTED, {"amount": "1"})
