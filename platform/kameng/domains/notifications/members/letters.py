"""A mail to a member as it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kameng.domains.notifications.members import phrases
from kameng.domains.notifications.members.kinds import Mail
from kameng.domains.notifications.notices import rules as notices
from kameng.domains.notifications.notices.rules import CHINESE
from kameng.domains.notifications.texts import Letter


def letter(
    mail: Mail, facts: Mapping[str, Any], *, shop: str, link: str, choices: str, locale: str
) -> Letter:
    """`link` is where the member sees it, `choices` where he says which mails he wants."""
    said = notices.filled((phrases.CHINESE if locale == CHINESE else phrases.ENGLISH)[mail], facts)
    if locale == CHINESE:
        return Letter(
            f"【{shop}】{said.title}",
            f"您好：\n\n{said.text}\n\n查看详情：{link}\n\n{shop}\n\n邮件通知设置：{choices}\n",
        )
    return Letter(
        f"[{shop}] {said.title}",
        f"Hello,\n\n{said.text}\n\nSee it here: {link}\n\n{shop}\n\n"
        f"Which mails you get: {choices}\n",
    )
