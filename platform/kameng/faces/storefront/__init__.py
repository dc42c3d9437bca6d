"""The shop a shopper sees. Views parse a form into a value, call one verb, and let the tenant's
theme draw the answer; what a theme may see is built in drops/."""

from flask import Flask

from kameng.faces.frame import media, problems
from kameng.faces.storefront import (
    articles,
    assets,
    cashier,
    checkout,
    editing,
    finding,
    gate,
    home,
    members,
    orders,
    ownpages,
    passwords,
    product,
    promotion,
    referrals,
    refused,
    shelf,
    topups,
    wellknown,
)
from kameng.faces.storefront.blueprint import storefront
from kameng.faces.storefront.cart import ordering as cart_ordering
from kameng.faces.storefront.cart import pages as cart_pages
from kameng.faces.storefront.payouts import mails as promoter_mails
from kameng.faces.storefront.payouts import payee as promoter_payee
from kameng.faces.storefront.payouts import withdrawals as promoter_withdrawals
from themes import engine

VIEWS = (
    articles,
    assets,
    cart_ordering,
    cart_pages,
    cashier,
    checkout,
    editing,
    finding,
    gate,
    home,
    members,
    orders,
    ownpages,
    passwords,
    product,
    promoter_mails,
    promoter_payee,
    promoter_withdrawals,
    promotion,
    referrals,
    shelf,
    topups,
    wellknown,
)


def init(app: Flask) -> None:
    """Open the shop on every tenant's host."""
    problems.painted_by("storefront", refused.paint)
    engine.pictures_from(media.host())
    app.register_blueprint(storefront)
