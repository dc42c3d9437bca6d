"""The addresses a theme gets are addresses the shop answers."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from kameng.faces.storefront import paths

SOME = UUID("01a20027-6686-7fc0-b53b-34feba46be9a")


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (paths.HOME, "home"),
        (paths.ALL_GOODS, "all_goods"),
        (paths.category(SOME), "category"),
        (paths.SEARCH, "search"),
        (paths.product(SOME), "product"),
        (paths.ORDERS, "order_query"),
        (paths.order("X"), "order"),
        (paths.order_status("X"), "order_status"),
        (paths.cashier("X"), "cashier"),
        (paths.ME, "me"),
        (paths.MY_ORDERS, "my_orders"),
        (paths.TOP_UP, "top_up"),
        (paths.topup(SOME), "one_top_up"),
        (paths.topup_status(SOME), "top_up_status"),
        (paths.PROMOTION, "my_promotion"),
        (paths.PAYEE, "my_payee"),
        (paths.WITHDRAWALS, "my_withdrawals"),
        (paths.withdrawal(SOME), "my_withdrawal"),
        (paths.withdrawal_proof(SOME), "my_withdrawal_proof"),
        (paths.MAILS, "my_mails"),
        (paths.SIGN_IN, "sign_in"),
        (paths.SIGN_UP, "sign_up"),
        (paths.RESET, "reset"),
        (paths.NOTICES, "notices"),
        (paths.HELP, "help_pages"),
        (paths.article("x"), "article"),
        (paths.own_page("x"), "own_page"),
        (paths.SITEMAP, "sitemap"),
        (paths.sitemap(2), "sitemap_part"),
        (paths.CART, "cart"),
        (paths.CHECKOUT, "checkout_page"),
    ],
)
def test_an_address_leads_to_its_page(app: Flask, path: str, endpoint: str) -> None:
    assert app.url_map.bind("shop.localhost").match(path, "GET")[0] == f"storefront.{endpoint}"


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (paths.ORDERS, "buy"),
        (paths.ORDER_QUERY, "query"),
        (paths.order_payment("X"), "pay"),
        (paths.withdrawal_cancel(SOME), "cancel_my_withdrawal"),
        (paths.account_removal(SOME), "remove_my_account"),
        (paths.SIGN_IN, "sign_in_now"),
        (paths.SIGN_UP, "sign_up_now"),
        (paths.SIGN_OUT, "sign_out"),
        (paths.RESET, "reset_request"),
        (paths.CHOOSE_ANEW, "new_password"),
        (paths.CART_LINES, "put_in_cart"),
        (paths.cart_line(SOME), "change_in_cart"),
        (paths.cart_removal(SOME), "take_out_of_cart"),
        (paths.CHECKOUT, "buy_cart"),
    ],
)
def test_a_form_is_taken_at_its_address(app: Flask, path: str, endpoint: str) -> None:
    assert app.url_map.bind("shop.localhost").match(path, "POST")[0] == f"storefront.{endpoint}"


def test_empty_parameters_are_left_out_of_an_address() -> None:
    assert paths.with_query("/c", sort="", page=None) == "/c"
    assert paths.with_query("/search", q="月卡", page=2) == "/search?q=%E6%9C%88%E5%8D%A1&page=2"
