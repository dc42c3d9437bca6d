"""The words of mails, in both languages; no secret and no password is ever among them."""

from __future__ import annotations

from dataclasses import dataclass

from kameng.domains.accounts.rules import RESET_MINUTES
from kameng.domains.accounts.staff.invitations import LASTS

CHINESE = "zh_CN"
INVITATION_DAYS = LASTS.days


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent."""

    subject: str
    text: str


def password_reset(*, shop: str, link: str, locale: str) -> Letter:
    """The letter with the one-time link."""
    if locale == CHINESE:
        return Letter(
            f"【{shop}】重置密码",
            f"您好：\n\n请在 {RESET_MINUTES} 分钟内打开下面的链接设置新密码，链接只能使用一次：\n\n"
            f"{link}\n\n如果不是您本人操作，请忽略这封邮件，您的密码不会改变。\n\n{shop}\n",
        )
    return Letter(
        f"[{shop}] Reset your password",
        f"Hello,\n\nopen this link within {RESET_MINUTES} minutes to choose a new password."
        f" It works once:\n\n{link}\n\nIf you did not ask for this, ignore this mail:"
        f" your password stays as it is.\n\n{shop}\n",
    )


def order_delivered(*, shop: str, number: str, link: str, locale: str) -> Letter:
    """The letter that says where the secret can be seen; the secret itself is not in it."""
    if locale == CHINESE:
        return Letter(
            f"【{shop}】订单 {number} 已发货",
            f"您好：\n\n您的订单 {number} 已发货，请打开订单页查看卡密：\n\n{link}\n\n"
            "为保护您的卡密，邮件中不会显示卡密内容；查看时可能需要输入下单时设置的查询密码。"
            f"\n\n{shop}\n",
        )
    return Letter(
        f"[{shop}] Order {number} is delivered",
        f"Hello,\n\nyour order {number} is delivered. See what you bought on its page:\n\n{link}"
        "\n\nTo keep it safe it is never sent by mail; the page may ask for the query password"
        f" you chose when you ordered.\n\n{shop}\n",
    )


def goods_refunded(*, shop: str, number: str, amount: str, link: str, locale: str) -> Letter:
    """The letter that says how much went back; where to is on the order's page."""
    if locale == CHINESE:
        return Letter(
            f"【{shop}】订单 {number} 已退款 {amount} 元",
            f"您好：\n\n您的订单 {number} 已退款 {amount} 元，退款明细请查看订单页：\n\n{link}\n\n"
            "原路退款的到账时间以支付渠道为准。"
            f"\n\n{shop}\n",
        )
    return Letter(
        f"[{shop}] Refund of {amount} for order {number}",
        f"Hello,\n\n{amount} of your order {number} went back to you. Its page says for what:"
        f"\n\n{link}\n\nMoney that goes back the way it came may take some days.\n\n{shop}\n",
    )


def owner_invitation(*, shop: str, login: str, link: str) -> Letter:
    """The letter with which somebody gets the site that was opened for them, in both languages."""
    return Letter(
        f"【{shop}】您的分站已开通，请设置密码 / Your shop is open",
        f"您好：\n\n分站「{shop}」已为您开通，登录名：{login}\n\n"
        f"请在 {INVITATION_DAYS} 天内打开下面的链接设置密码，链接只能使用一次：\n\n{link}\n\n"
        "在您设置之前，任何人都不知道这个账号的密码。\n\n"
        "----\n\n"
        f"Hello,\n\nthe shop “{shop}” has been opened for you; your sign-in name is {login}."
        f" Open this link within {INVITATION_DAYS} days to set your password; it works once:\n\n"
        f"{link}\n\nUntil you do, nobody knows a password of this account.\n",
    )


def staff_invitation(*, shop: str, by: str, login: str, link: str) -> Letter:
    """The letter with which somebody is hired for a site, in both languages."""
    return Letter(
        f"【{shop}】邀请您加入后台 / You are invited",
        f"您好：\n\n{by} 邀请您参与管理站点「{shop}」，登录名：{login}\n\n"
        f"请在 {INVITATION_DAYS} 天内打开下面的链接设置密码，链接只能使用一次：\n\n{link}\n\n"
        "在您设置之前，任何人都不知道这个账号的密码。如果您不认识对方，忽略本邮件即可。\n\n"
        "----\n\n"
        f"Hello,\n\n{by} invites you to work for the shop “{shop}”; your sign-in name is {login}."
        f" Open this link within {INVITATION_DAYS} days to set your password; it works once:\n\n"
        f"{link}\n\nUntil you do, nobody knows a password of this account. If you do not know who"
        " this is, leave this mail alone.\n",
    )
