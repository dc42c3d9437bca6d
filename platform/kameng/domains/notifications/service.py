"""Asks for mails to be sent, and tells the people of a site what concerns them; the sending is a
job. Inside `use(tenant)`."""

from __future__ import annotations

from uuid import UUID

from kameng.domains.notifications import mailing
from kameng.domains.notifications.kinds import OWNER
from kameng.domains.notifications.notices.mailing import soon as mail_notices
from kameng.domains.notifications.notices.service import DUE as NOTICE_DUE
from kameng.domains.notifications.notices.service import notify
from kameng.kit import ids
from kameng.kit.jobs import enqueue
from kameng.kit.money import Money
from tenants.tree import Tenant

__all__ = [
    "NOTICE_DUE",
    "OWNER",
    "goods_refunded",
    "mail_notices",
    "notify",
    "order_delivered",
    "owner_invitation",
    "password_reset",
    "staff_invitation",
]


def password_reset(
    tenant: Tenant, address: str, *, shop: str = "", reset_url: str, locale: str
) -> None:
    """Mail a one-time link to the member with this address, if there is one.

    Only queues: the same work and the same answer for every address. `reset_url` is the full
    address of the page that takes ?token=; `shop` is the name the shopper knows.
    """
    enqueue(
        mailing.mail_password_reset,
        tenant,
        address[:254],
        shop or tenant.name,
        reset_url,
        locale,
        key=f"reset-{ids.uuid7()}",
    )


def order_delivered(
    tenant: Tenant, address: str, *, shop: str = "", number: str, order_url: str, locale: str
) -> None:
    """Mail that an order is delivered, with the way to its page; once per order."""
    enqueue(
        mailing.mail_order_delivered,
        tenant,
        address,
        shop or tenant.name,
        number,
        order_url,
        locale,
        key=f"delivered-{number}",
    )


def goods_refunded(
    tenant: Tenant,
    address: str,
    *,
    shop: str = "",
    number: str,
    amount: Money,
    order_url: str,
    locale: str,
    key: str,
) -> None:
    """Mail that money went back, how much, and the way to the order; once per refund."""
    told = {"number": number, "amount": str(amount), "link": order_url, "locale": locale}
    enqueue(
        mailing.mail_goods_refunded,
        tenant,
        address,
        shop or tenant.name,
        told,
        key=f"goods-refunded-{key}",
    )


def owner_invitation(tenant: Tenant, staff_id: UUID, *, page: str, key: str) -> None:
    """Mail the owner of the bound site a link to set the first password; nobody else, ever.

    Whether there is anybody to invite is found out by the job. `page` takes ?token=.
    """
    enqueue(mailing.mail_owner_invitation, tenant, str(staff_id), page, key=f"invite-{key}")


def staff_invitation(tenant: Tenant, staff_id: UUID, *, by: str, page: str, key: str) -> None:
    """Mail somebody hired for the bound site a link to set the first password; nobody else."""
    enqueue(mailing.mail_staff_invitation, tenant, str(staff_id), by, page, key=f"invite-{key}")
