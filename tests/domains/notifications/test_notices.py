"""The people of a site are told once what concerns them, in their inbox and as each wishes by
mail."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import text

from kameng.config import Settings
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind, Mail
from kameng.domains.notifications.notices import mailing, queries, rules, service
from kameng.domains.notifications.notices.errors import FactsMissing, NoSuchNotice, NoSuchWish
from kameng.faces.worker import letters as sweeps
from kameng.kit import clock, ids, mail
from kameng.kit.calls import CallUnknown
from kameng.kit.money import Money
from kameng.reactions.due import KINDS as DUE_KINDS
from tenants.context import shared, use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import accounts, postoffice
from tests.support.worlds import Alliance, Builder

PAID = {"amount": Money.of("300"), "paid": Money.of("298"), "fee": Money.of("2")}
ASKED = {"site": "Ada 的小店", "amount": Money.of("300")}


@pytest.fixture(scope="module")
def world(builder: Builder) -> Alliance:
    return builder.alliance()


@pytest.fixture(scope="module")
def boss(world: Alliance) -> StaffFacts:
    return accounts.staff(world.hub, role="operator")


@pytest.fixture(scope="module")
def ada(world: Alliance) -> StaffFacts:
    return accounts.staff(world.ada)


@pytest.fixture(scope="module")
def clerk(world: Alliance) -> StaffFacts:
    """Works at Ada's, and may not see money."""
    return accounts.staff(world.ada, role="support")


@pytest.fixture
def post(tools: Settings) -> Path:
    folder = tools.home / "mail"
    for old in folder.glob("*.eml"):
        old.unlink()
    return folder


@pytest.fixture(autouse=True)
def _nothing_before(world: Alliance, boss: StaffFacts, ada: StaffFacts) -> None:
    with shared():
        session.execute(text("DELETE FROM shared.notice_copy"))
        session.execute(text("DELETE FROM shared.notice"))
        session.commit()


def tell(tenant: Tenant, kind: Kind = Kind.WITHDRAWAL_PAID, key: str = "", **more: object) -> bool:
    facts = ASKED if kind is Kind.WITHDRAWAL_ASKED else PAID
    values = {"key": key or str(ids.uuid7()), "now": clock.now()} | more
    with use(tenant):
        told = notifications.notify(tenant, kind, facts, **values)  # type: ignore[arg-type]
        session.commit()
    return told


def reader(who: StaffFacts, site: Tenant, role: str = "agent") -> queries.Reader:
    from kameng.domains.accounts.roles.rules import held

    return queries.reader(who.id, role, held(role, root=site.is_root))


def inbox(who: StaffFacts, site: Tenant, role: str = "agent") -> list[str]:
    with use(site):
        told, _ = queries.inbox(site, reader(who, site, role))
    return [one.said("zh_CN").title for one in told]


def letters(post: Path) -> list[tuple[str, str, str]]:
    read = (
        email.message_from_bytes(one.read_bytes(), policy=default)
        for one in sorted(post.glob("*.eml"))
    )
    return [(one["To"], one["Subject"], one.get_content()) for one in read]


def wish(who: StaffFacts, site: Tenant, kind: Kind, inbox: bool, mail: str) -> None:
    with use(site):
        service.choose(site, who.id, {kind.value: (inbox, mail)}, locale="zh_CN", now=clock.now())
        session.commit()


def test_who_may_see_money_is_told_and_nobody_else(
    world: Alliance, ada: StaffFacts, clerk: StaffFacts
) -> None:
    tell(world.ada)
    assert inbox(ada, world.ada) == ["提现 ¥300.00 已打款"]
    assert inbox(clerk, world.ada, "support") == []


def test_twice_is_once(world: Alliance, ada: StaffFacts) -> None:
    assert tell(world.ada, key="w1:paid")
    assert not tell(world.ada, key="w1:paid")
    assert tell(world.ada, key="w2:paid")
    assert len(inbox(ada, world.ada)) == 2


def test_a_site_tells_those_above_it_and_no_other(
    world: Alliance, boss: StaffFacts, ada: StaffFacts
) -> None:
    tell(world.ada, Kind.WITHDRAWAL_ASKED, site=world.hub.id)
    assert inbox(boss, world.hub, "operator") == ["Ada 的小店 申请提现 ¥300.00"]
    assert inbox(ada, world.ada) == []
    with pytest.raises(Exception, match="not in the chain"):
        tell(world.ada, site=world.bo.id)
    assert len(inbox(boss, world.hub, "operator")) == 1


def test_a_notice_without_its_facts_is_refused_by_name(world: Alliance, ada: StaffFacts) -> None:
    with use(world.ada), pytest.raises(FactsMissing) as refused:
        notifications.notify(
            world.ada, Kind.WITHDRAWAL_PAID, {"amount": Money.of("1")}, key="x", now=clock.now()
        )
    assert refused.value.facts["facts"] == ["fee", "paid"]
    assert inbox(ada, world.ada) == []


def test_what_is_read_is_counted_no_more(
    world: Alliance, ada: StaffFacts, clerk: StaffFacts
) -> None:
    tell(world.ada, page="/withdrawals/7")
    tell(world.ada)
    who = reader(ada, world.ada)
    with use(world.ada):
        told, _ = queries.inbox(world.ada, who)
        assert queries.unread(world.ada, who) == 2
        with pytest.raises(NoSuchNotice):
            service.read(
                world.ada, reader(clerk, world.ada, "support"), told[1].id, now=clock.now()
            )
        assert service.read(world.ada, who, told[1].id, now=clock.now()) == "/withdrawals/7"
        assert queries.unread(world.ada, who) == 1
        assert service.read_all(world.ada, who, until=told[0].at, now=clock.now()) == 1
        assert queries.unread(world.ada, who) == 0
        session.commit()


def test_who_loses_a_permission_reads_no_more_of_it(world: Alliance, ada: StaffFacts) -> None:
    tell(world.ada)
    assert inbox(ada, world.ada, "support") == []


def test_a_mail_is_due_at_once_and_leads_to_the_page(
    world: Alliance, ada: StaffFacts, post: Path
) -> None:
    tell(world.ada, page="/withdrawals/7")
    with use(world.ada):
        rows = session.execute(
            text("SELECT key, at FROM shared.due WHERE kind = 'notice.mail'")
        ).all()
    assert [row.key for row in rows] == [f"{ada.id}.now"]
    assert set(DUE_KINDS) >= {"notice.mail"}
    mailing.mail_notices(world.ada.id, str(ada.id))
    ((to, subject, body),) = letters(post)
    assert (to, subject) == ("staff@example.com", "【Ada 的小店】提现 ¥300.00 已打款")
    assert f"/s/{world.ada.slug}/withdrawals/7" in body
    mailing.mail_notices(world.ada.id, str(ada.id))
    assert len(letters(post)) == 1, "mailed once"


def test_the_mails_of_a_day_are_one_letter(world: Alliance, ada: StaffFacts, post: Path) -> None:
    now = clock.now()
    for day in (1, 2):
        with use(world.ada):
            facts: dict[str, rules.Fact] = {"amount": Money.of(str(day)), "day": now.date()}
            notifications.notify(
                world.ada, Kind.SETTLED, facts, key=str(day), now=now - timedelta(days=1)
            )
            session.commit()
    mailing.mail_notices(world.ada.id, str(ada.id))
    ((_, subject, body),) = letters(post)
    assert subject == "【Ada 的小店】2 条通知：已结算 ¥1.00"
    assert "已结算 ¥2.00" in body


def test_everybody_chooses_how_to_be_told(world: Alliance, ada: StaffFacts, post: Path) -> None:
    wish(ada, world.ada, Kind.WITHDRAWAL_APPROVED, False, "off")
    tell(world.ada, Kind.WITHDRAWAL_APPROVED)
    wish(ada, world.ada, Kind.WITHDRAWAL_PAID, False, "daily")
    tell(world.ada)
    assert inbox(ada, world.ada) == ["提现 ¥300.00 已打款"], "money paid out is always told"
    mailing.mail_notices(world.ada.id, str(ada.id))
    assert letters(post) == [], "not before the morning"
    with use(world.ada), pytest.raises(NoSuchWish):
        service.choose(world.ada, ada.id, {"no": (True, "now")}, locale="en", now=clock.now())
    wish(ada, world.ada, Kind.WITHDRAWAL_PAID, True, "now")


def test_a_server_that_says_no_is_asked_again(
    world: Alliance, ada: StaffFacts, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(world.ada)

    def down(*_: str) -> None:
        raise ConnectionRefusedError("down")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send", down)
        with pytest.raises(CallUnknown):
            mailing.mail_notices(world.ada.id, str(ada.id))
    mailing.mail_notices(world.ada.id, str(ada.id))
    assert len(letters(post)) == 1


def test_the_mail_of_the_day_goes_out_at_nine_by_the_shops_clock() -> None:
    early = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    assert rules.next_morning(early) == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    assert rules.next_morning(early + timedelta(minutes=30)) == datetime(
        2026, 11, 23, 1, 0, tzinfo=UTC
    )


def test_every_kind_has_its_words_in_both_languages_about_the_same_facts() -> None:
    for kind in Kind:
        facts: dict[str, rules.Fact] = dict.fromkeys(rules.needed(kind), "7")
        kept = rules.told(kind, facts)
        for locale in rules.LOCALES:
            said = rules.said(kind.value, kept, locale)
            assert said.title
            assert said.text
            assert "{" not in said.title + said.text
        assert rules.wish_of(kind, {}).mail in set(Mail)


def test_what_has_a_name_in_both_languages_is_called_by_that_of_the_reader() -> None:
    for kind in Kind:
        needs = rules.needed(kind)
        english = {name for name in needs if name.endswith("_en")}
        chinese = {name.removesuffix("_en") for name in english}
        facts = {name: "Clear" if name in english else "澄蓝" for name in english | chinese}
        kept = rules.told(kind, dict.fromkeys(needs, "7") | facts)
        for locale, foreign in zip(rules.LOCALES, ("Clear", "澄蓝"), strict=True):
            said = rules.said(kind.value, kept, locale)
            assert foreign not in said.title + said.text, (kind, locale)


def test_a_notice_of_last_year_is_dropped(world: Alliance, ada: StaffFacts) -> None:
    tell(world.ada, now=clock.now() - timedelta(days=366))
    tell(world.ada)
    assert sweeps.forget(clock.now()) == 1
    assert len(inbox(ada, world.ada)) == 1


def test_a_letter_without_a_server_is_read_as_it_stands(
    world: Alliance, ada: StaffFacts, post: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(world.ada)
    mailing.mail_notices(world.ada.id, str(ada.id))
    (file,) = post.glob("*.eml")
    assert "提现 ¥300.00 已打款" in file.read_text("utf-8")
    sweeps.show(post, 5)
    assert "到账金额 ¥298.00" in capsys.readouterr().out


def test_a_mail_server_gets_the_letter(
    world: Alliance, ada: StaffFacts, post: Path, tools: Settings
) -> None:
    tell(world.ada)
    with postoffice.open_here() as office:
        mail.configure(smtp_url=office.url, folder=post, sender="Kameng <a@example.com>")
        try:
            mailing.mail_notices(world.ada.id, str(ada.id))
        finally:
            mail.configure(smtp_url=None, folder=post, sender=tools.mail_sender)
    ((sender, to, letter),) = office.taken
    assert (sender, to) == ("a@example.com", "staff@example.com")
    read = email.message_from_string(letter, policy=default)
    assert read["Subject"] == "【Ada 的小店】提现 ¥300.00 已打款"
    assert "到账金额 ¥298.00" in read.get_content()
    assert list(post.glob("*.eml")) == []
