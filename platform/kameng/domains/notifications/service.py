"""Asks for mails to be sent; the sending is a job. Inside `use(tenant)`."""

from __future__ import annotations

from kameng.domains.notifications import mailing
from kameng.kit import ids
from kameng.kit.jobs import enqueue
from tenants.tree import Tenant


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
