"""Notices as a mail: one as it is, several as one letter."""

from __future__ import annotations

from collections.abc import Sequence

from kameng.domains.notifications.notices.queries import Told
from kameng.domains.notifications.notices.rules import CHINESE
from kameng.domains.notifications.texts import Letter

MOST = 50
"""Notices one letter tells in full; of more it says how many."""


def letter(shop: str, told: Sequence[Told], *, console: str, locale: str) -> Letter:
    """`console` is the address of the site's console, without a slash at its end."""
    parts = [_part(one, console, locale) for one in told[:MOST]]
    body = "\n\n----\n\n".join(parts)
    first, more = told[0].said(locale).title, len(told) - MOST
    if locale == CHINESE:
        title = first if len(told) == 1 else f"{len(told)} 条通知：{first}"
        rest = f"\n\n另有 {more} 条，请在后台查看。" if more > 0 else ""
        return Letter(
            f"【{shop}】{title}",
            f"您好：\n\n{body}{rest}\n\n{shop}\n\n收件箱和通知方式：{console}/inbox\n",
        )
    title = first if len(told) == 1 else f"{len(told)} notices: {first}"
    rest = f"\n\n{more} more are in your inbox." if more > 0 else ""
    return Letter(
        f"[{shop}] {title}",
        f"Hello,\n\n{body}{rest}\n\n{shop}\n\nYour inbox, and how you are told: {console}/inbox\n",
    )


def _part(one: Told, console: str, locale: str) -> str:
    said = one.said(locale)
    link = f"\n\n{console}{one.page}".rstrip("/") if one.page else ""
    return f"{said.title}\n\n{said.text}{link}"
