"""What a notice says, whom it is for, and when it is mailed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from kameng.domains.accounts.roles.rules import ALL, BUILT_IN, OWNERS, limit
from kameng.domains.notifications import phrases
from kameng.domains.notifications.kinds import KINDS, OWNER, Kind, Mail
from kameng.domains.notifications.notices.errors import FactsMissing, NoSuchWish
from kameng.domains.notifications.phrases import Phrases
from kameng.kit.money import Money

CHINESE, ENGLISH = "zh_CN", "en"
LOCALES = (CHINESE, ENGLISH)
SHOP_TIME = ZoneInfo("Asia/Shanghai")
MORNING = time(9, 0)
"""When the mail of the day goes out, by the shop's clock."""
KEPT = timedelta(days=365)
LONGEST_FACT = 300
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€"}
Fact = Money | datetime | date | str | int
"""What may stand in a notice; never a card secret, a password or a whole account number."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in one language."""

    title: str
    text: str


def needed(kind: Kind) -> frozenset[str]:
    """The facts a kind's words name, in either language."""
    return named(phrases.CHINESE[kind], phrases.ENGLISH[kind])


def named(*said: Phrases) -> frozenset[str]:
    """The facts these words name."""
    parts = (part for one in said for text in (one.title, one.text) for part in _parts(text))
    return frozenset(name for name in parts if name)


def _parts(text: str) -> Iterable[str | None]:
    return (name for _, name, _, _ in Formatter().parse(text))


def told(kind: Kind, facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts as JSON can keep them. Refuses FactsMissing."""
    return kept(kind.value, needed(kind), facts)


def kept(kind: str, needs: frozenset[str], facts: Mapping[str, Fact]) -> dict[str, Any]:
    """The facts of any kind of words as JSON can keep them. Refuses FactsMissing."""
    missing = needs - facts.keys()
    if missing:
        raise FactsMissing(kind=kind, facts=sorted(missing))
    return {name: _told(fact) for name, fact in facts.items()}


def _told(fact: Fact) -> Any:
    if isinstance(fact, Money):
        return {"money": str(fact.micro), "currency": fact.currency}
    if isinstance(fact, datetime):
        return {"at": fact.isoformat()}
    if isinstance(fact, date):
        return {"day": fact.isoformat()}
    return fact if isinstance(fact, int) else str(fact)[:LONGEST_FACT]


def said(kind: str, facts: Mapping[str, Any], locale: str) -> Said:
    """The notice in words; of a kind that is gone, its name is what is left."""
    if kind not in set(Kind):
        return Said(kind, "")
    return filled((phrases.CHINESE if locale == CHINESE else phrases.ENGLISH)[Kind(kind)], facts)


def filled(found: Phrases, facts: Mapping[str, Any]) -> Said:
    """The words with the kept facts in them."""
    shown = _Shown({name: _shown(fact) for name, fact in facts.items()})
    title = " ".join(found.title.format_map(shown).split())
    return Said(title, found.text.format_map(shown))


class _Shown(dict[str, str]):
    """What older rows did not tell is a dash."""

    def __missing__(self, name: str) -> str:
        return "—"


def _shown(fact: Any) -> str:
    if not isinstance(fact, Mapping):
        return str(fact)
    if "money" in fact:
        return _cash(Money(int(fact["money"]), fact["currency"]))
    if "at" in fact:
        moment = datetime.fromisoformat(fact["at"]).astimezone(SHOP_TIME)
        return moment.strftime("%Y-%m-%d %H:%M")
    return str(fact.get("day", "—"))


def _cash(amount: Money) -> str:
    sign = SIGNS.get(amount.currency, amount.currency + " ")
    value = abs(amount).decimal
    two = value == value.quantize(Decimal("0.01"))
    text = f"{value:,.2f}" if two else f"{value.normalize():,f}"
    return f"-{sign}{text}" if amount.micro < 0 else f"{sign}{text}"


def roles_told(to: str, *, root: bool) -> tuple[str, list[str]]:
    """The permission own roles are asked for, and the built-in roles that are told.

    Owners are told what nobody else may know of yet; what the platform gives nobody on such a
    site, nobody is told.
    """
    if to == OWNER or to not in ALL:
        return "", sorted(OWNERS)
    if to not in limit(root=root):
        return "", []
    return to, sorted(role for role, held in BUILT_IN.items() if to in held)


def readable(role: str, held: Iterable[str]) -> list[str]:
    """The `to` of all notices somebody in this role may read now."""
    return [*held, *([OWNER] if role in OWNERS else [])]


def to_kept(to: str) -> str:
    """Under which `to` a notice is kept: a permission nobody knows is the owner's."""
    return to if to in ALL else OWNER


def next_morning(now: datetime) -> datetime:
    """When the next mail of the day goes out."""
    here = now.astimezone(SHOP_TIME)
    today = datetime.combine(here.date(), MORNING, SHOP_TIME)
    return today if here < today else today + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of one kind: in the inbox or not, and when by mail."""

    inbox: bool
    mail: Mail


def wish_of(kind: Kind, chosen: Mapping[str, Any]) -> Wish:
    """What holds: the person's choice, and what the kind has where none was made."""
    about, mine = KINDS[kind], chosen.get(kind.value, {})
    return Wish(
        inbox=about.always or bool(mine.get("inbox", True)),
        mail=Mail(mine.get("mail", about.mail.value)),
    )


def check_wishes(wishes: Mapping[str, tuple[bool, str]]) -> dict[str, Any]:
    """The choices that differ from what the kinds have, as JSON keeps them. Refuses NoSuchWish."""
    kept: dict[str, Any] = {}
    for name, (inbox, mail) in wishes.items():
        if name not in set(Kind) or mail not in set(Mail):
            raise NoSuchWish(kind=name, mail=mail)
        usual = wish_of(Kind(name), {})
        wish = Wish(inbox or KINDS[Kind(name)].always, Mail(mail))
        if wish != usual:
            kept[name] = {"inbox": wish.inbox, "mail": wish.mail.value}
    return kept


def check_locale(locale: str) -> str:
    """A language mails are written in. Refuses NoSuchWish."""
    if locale not in LOCALES:
        raise NoSuchWish(locale=locale)
    return locale
