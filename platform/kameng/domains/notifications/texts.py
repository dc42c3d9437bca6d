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


_DOMAIN_ZH = {
    "failing": (
        "域名 {host} 的验证信息缺失",
        "今天没有找到域名 {host} 的验证信息。域名目前仍指向您的店铺；两天内未恢复，将停止指向。",
    ),
    "lost": (
        "域名 {host} 已停止指向您的店铺",
        "域名 {host} 的验证信息已连续多日缺失，现已停止指向您的店铺，其他站点也可以验证并使用它。"
        "顾客仍可通过平台域名进入店铺。",
    ),
    "elsewhere": (
        "主域名 {host} 打不开您的店铺",
        "域名 {host} 已不再指向您的店铺。为避免顾客打不开店铺，主域名已改回平台域名。",
    ),
}
_DOMAIN_EN = {
    "failing": (
        "The proof of {host} is missing",
        "the proof that {host} is yours was not found today. The domain still leads to your shop;"
        " if the proof is not back within two days, it no longer will.",
    ),
    "lost": (
        "{host} no longer leads to your shop",
        "the proof that {host} is yours was gone for days. The domain no longer leads to your"
        " shop, and another site may prove it. Shoppers still reach you by your platform name.",
    ),
    "elsewhere": (
        "{host} does not open your shop",
        "{host} no longer leads to your shop. So that shoppers still find it, its main address is"
        " the name on the platform again.",
    ),
}


def domain_notice(*, shop: str, host: str, what: str, page: str, locale: str) -> Letter:
    """The letter about an own domain: what happened, what it means, where to act."""
    if locale == CHINESE:
        subject, text = _DOMAIN_ZH[what]
        body = f"您好：\n\n{text.format(host=host)}\n\n请在这里查看并处理：\n\n{page}\n\n{shop}\n"
        return Letter(f"【{shop}】{subject.format(host=host)}", body)
    subject, text = _DOMAIN_EN[what]
    body = f"Hello,\n\n{text.format(host=host)}\n\nSee and act here:\n\n{page}\n\n{shop}\n"
    return Letter(f"[{shop}] {subject.format(host=host)}", body)


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


def site_entered(
    *, shop: str, visitor: str, via: str, reason: str, until: str, page: str
) -> Letter:
    """The letter that tells an owner of a visit from above, in both languages."""
    return Letter(
        f"【{shop}】上级站点人员进入了您的后台 / A visit to your console",
        f"您好：\n\n{via} 的 {visitor} 已进入您的站点「{shop}」的后台，有效至 {until}。\n\n"
        f"原因：{reason}\n\n对方看不到会员联系方式和卡密，也不能动用资金。"
        f"您可以随时在后台首页结束这次访问：\n\n{page}\n\n"
        "----\n\n"
        f"Hello,\n\n{visitor} of {via} has gone into the console of “{shop}”, until {until}.\n\n"
        f"Reason: {reason}\n\nThey see no contacts of members and no card secrets, and move no"
        f" money. You may end the visit at any time on your console's first page:\n\n{page}\n",
    )


def costs_moved(*, shop: str, dearer: int, cheaper: int, page: str) -> Letter:
    """The letter about costs that moved above, in both languages: figures, and the page with more.

    One letter for all decisions of an hour; amounts are not in it.
    """
    return Letter(
        f"【{shop}】进价变动：涨价 {dearer} 个，降价 {cheaper} 个 / Your costs moved",
        f"您好：\n\n上级调整了价格，站点「{shop}」有 {dearer + cheaper} 个商品的进价发生变动："
        f"涨价 {dearer} 个，降价 {cheaper} 个。\n\n"
        f"请在这里查看明细，并核对您的售价和利润：\n\n{page}\n\n"
        "一小时内的多次调整合并为这一封邮件。\n\n"
        "----\n\n"
        f"Hello,\n\nthe site above changed prices. Of the goods of “{shop}”, {dearer} became dearer"
        f" for you and {cheaper} cheaper. See which, and look at your prices and profits:\n\n"
        f"{page}\n\nAll changes of one hour are in this one mail.\n",
    )
