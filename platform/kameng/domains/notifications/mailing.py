"""The rq entries that write and send mails."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from kameng.domains.accounts.members import service as members
from kameng.domains.accounts.staff import invitations
from kameng.domains.notifications import texts
from kameng.domains.notifications.texts import Letter
from kameng.kit import calls, clock, mail
from kameng.kit.calls import Call, CallRefused, CallUnknown
from kameng.kit.jobs import job
from tenants.tree import Tenant


@job(queue="slow")
def mail_password_reset(
    tenant: Tenant, address: str, shop: str, reset_url: str, locale: str
) -> None:
    """Make a link for the member with this address and mail it; nobody, nothing."""
    made = members.issue_reset(tenant, address, now=clock.now())
    if made is None:
        return
    link = f"{reset_url}?{urlencode({'token': made.token})}"
    send(made.email, texts.password_reset(shop=shop, link=link, locale=locale))


@job(queue="slow")
def mail_order_delivered(
    tenant: Tenant, address: str, shop: str, number: str, order_url: str, locale: str
) -> None:
    """Mail the way to a delivered order."""
    send(address, texts.order_delivered(shop=shop, number=number, link=order_url, locale=locale))


@job(queue="slow")
def mail_goods_refunded(tenant: Tenant, address: str, shop: str, told: dict[str, str]) -> None:
    """Mail a shopper what went back of an order."""
    send(address, texts.goods_refunded(shop=shop, **told))


@job(queue="slow")
def mail_owner_invitation(tenant: Tenant, staff_id: str, page: str) -> None:
    """Make a link for the owner who has no password yet and mail it; nobody, nothing."""
    made = invitations.issue(tenant, UUID(staff_id), now=clock.now())
    if made is None:
        return
    link = f"{page}?{urlencode({'token': made.token})}"
    send(made.email, texts.owner_invitation(shop=tenant.name, login=made.login, link=link))


@job(queue="slow")
def mail_staff_invitation(tenant: Tenant, staff_id: str, by: str, page: str) -> None:
    """Make a link for somebody hired who has no password yet and mail it; nobody, nothing."""
    made = invitations.issue(tenant, UUID(staff_id), now=clock.now())
    if made is None:
        return
    link = f"{page}?{urlencode({'token': made.token})}"
    letter = texts.staff_invitation(shop=tenant.name, by=by, login=made.login, link=link)
    send(made.email, letter)


def send(to: str, letter: Letter) -> None:
    """Between two commits, never inside one; a failure rises so that the queue tries again."""

    def settle(answer: CallRefused | CallUnknown | None) -> None:
        if answer is not None:
            raise answer

    calls.run(Call(lambda: mail.send(to, letter.subject, letter.text), settle))
