"""The few things a template may do to a value: plain, bounded, no way to reach anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

from . import links, richtext

_BREAK = re.compile(r"[\s·・|｜/／\-—（(【\[:：,，]+")
_CJK = re.compile(r"[㐀-鿿]+")
_KINDS = re.compile(  # words that say what kind of goods, not whose: the face shows the brand
    "会员|黄金|豪华|超级|黑胶|钱包|充值|话费|流量|红包|外卖|打车|点券|点卡|礼品|权益|官方|直充|[年季月周日]卡"
)


def coins(price: object) -> dict[str, str]:
    """A price text split for display: "1234.50" -> whole "1,234", cents ".50"."""
    whole, _, cents = str(price).replace(",", "").partition(".")
    grouped = f"{int(whole):,}" if whole.lstrip("-").isdigit() else whole
    return {"whole": grouped, "cents": f".{cents}" if cents else ""}


def variant(value: object, of: int = 4) -> int:
    """A stable number 0..of-1 for any id: which of the drawn patterns a card gets."""
    return crc32(str(value).encode()) % max(of, 1)


@lru_cache(maxsize=4096)
def mark(name: str) -> str:
    """The short face of a product name, for its drawn picture: 爱奇艺, Steam, QQ音乐."""
    head = next((part for part in _BREAK.split(name.strip()) if part), "")
    if not _CJK.search(head):
        return head[:8]
    kind = _KINDS.search(head, 2)
    head = head[: kind.start()] if kind else head
    latin = re.match(r"[A-Za-z0-9+]{1,6}", head)
    return head[: latin.end() + 3] if latin else head[:5]


def compact(number: int, locale: str = "zh_CN") -> str:
    """A count as people write it: 980, 1.2万; 980, 12k in English."""
    size, unit = (10_000, "万") if locale == "zh_CN" else (1000, "k")
    if number < size:
        return str(number)
    return f"{number / size:.1f}".removesuffix(".0") + unit


def lines(text: object) -> list[str]:
    """The lines of a text, for printing plain text with its own line breaks."""
    return [line for line in str(text).splitlines() if line.strip()]


def filters_for(locale: str) -> Mapping[str, Callable[..., Any]]:
    """The engine's filters for a page in `locale`."""
    return {
        "link": links.safe,
        "clean": richtext.marked,
        "coins": coins,
        "variant": variant,
        "mark": mark,
        "lines": lines,
        "compact": lambda number: compact(int(number), locale),
    }
