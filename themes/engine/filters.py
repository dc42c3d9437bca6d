"""The few things a template may do to a value: plain, bounded, no way to reach anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from zlib import crc32

from . import images, links, richtext

_BREAK = re.compile(r"[\s·・|｜/／\-—（(【\[:：,，]+")
_KINDS = re.compile(  # words that say what kind of goods, not whose: the face shows the brand
    "大会员|会员|黄金|白金|钻石|年度|豪华|超级|黑胶|全屏|钱包|充值|话费|流量|红包|外卖|打车|点券"
    "|点卡|礼品|权益|官方|直充|S?VIP|[年季月周日]卡"
)
_RUNS = re.compile(r"[A-Za-z0-9+]+|[^A-Za-z0-9+]+")
WIDEST = 5.0  # Chinese characters that fit a drawn card; a Latin one is about 0.6 of it
LATIN = 0.6


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
    kind = _KINDS.search(head, 2)
    return _fitting(head[: kind.start()] if kind else head)


def _fitting(head: str) -> str:
    """As much of `head` as a card holds; a Latin word is kept whole or left off."""
    face, room = "", WIDEST
    for run in _RUNS.findall(head):
        each = LATIN if run[0].isascii() else 1.0
        if each == LATIN and face and len(run) * each > room:
            break
        part = run[: int(room / each)]
        face, room = face + part, room - len(part) * each
        if len(part) < len(run):
            break
    return face


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
        "srcset": images.srcset,
        "clean": richtext.marked,
        "coins": coins,
        "variant": variant,
        "mark": mark,
        "lines": lines,
        "compact": lambda number: compact(int(number), locale),
    }
