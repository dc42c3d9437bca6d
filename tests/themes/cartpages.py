"""Fixture drops of the cart and its checkout: filled, empty, with all that can change."""

from __future__ import annotations

from typing import Any

from tests.themes import pages

Case = tuple[str, dict[str, Any]]
GONE = [{"name": "芒果TV 会员 · 月卡", "remove": "/cart/lines/s9/removal"}]
REMOVED = {"id": "s8", "name": "网易云音乐黑胶 VIP 月卡", "quantity": 2, "action": "/cart/lines"}


def _line(number: int, option: str, quantity: int, total: str, **more: Any) -> dict[str, Any]:
    name, art, price, _market, _sold, word, label, *_ = pages.GOODS[number]
    return {
        "id": f"s{number}",
        "product_id": f"p{number}",
        "url": f"/p/p{number}?sku=s{number}",
        "name": name,
        "option": option,
        "art": art,
        "picture": pages.photo(number),
        "quantity": quantity,
        "min": 1,
        "max": 20,
        "price": price,
        "was": None,
        "total": total,
        "stock_word": word,
        "stock_label": label,
        "trouble": "",
        "change": f"/cart/lines/s{number}",
        "remove": f"/cart/lines/s{number}/removal",
        **more,
    }


def cart(**more: Any) -> dict[str, Any]:
    """Three goods, all to be had."""
    lines = [
        _line(0, "月卡（31 天）", 2, "37.80"),
        _line(2, "648 点券 全区服通用 官方直充到账", 1, "615.00"),
        _line(8, "", 12, "5,904.00"),
    ]
    facts = {"lines": lines, "gone": [], "total": "6,556.80", "pieces": 15, "is_ready": True}
    return {**facts, "adult": True, "checkout": "/checkout", **more}


def changed() -> dict[str, Any]:
    """Every trouble a cart can have, and what is gone."""
    lines = [
        _line(0, "月卡（31 天）", 2, "37.80", was="16.90"),
        _line(3, "", 5, "482.50", trouble="仅剩 3 件，请减少数量。"),
        _line(7, "", 1, "8.80", trouble="已售罄，移除后可结算其余商品。"),
    ]
    return cart(lines=lines, gone=GONE, total="529.10", pieces=8, is_ready=False)


def cases() -> dict[str, Case]:
    """Name of the case -> (template, drops)."""
    blank: dict[str, Any] = {"action": "/checkout", "errors": {}, "values": {}}
    errors = {
        "form": "价格已由 ¥16.90 变为 ¥18.90。本次未扣款，请确认后再下单。",
        "query_password": "查询密码至少 6 位",
        "adult": "请勾选后继续",
    }
    wrong = {**blank, "errors": errors, "values": {"contact": "kim@mail.cn"}}
    nothing = cart(lines=[], total="0.00", pieces=0, is_ready=False)
    moved = cart(
        lines=[_line(0, "月卡（31 天）", 2, "37.80", was="16.90")], total="37.80", pieces=2
    )

    def page(template: str, **more: Any) -> Case:
        return (template, pages.common("cart", **{"removed": None, "error": "", **more}))

    return {
        "cart": page("cart", cart=cart()),
        "cart-empty": page("cart", cart=nothing, removed=REMOVED),
        "cart-changed": page("cart", cart=changed(), removed=REMOVED, error="最多购买 20 件。"),
        "checkout": page("checkout", cart=cart(), form=blank, pay_methods=pages.PAYS),
        "checkout-refused": page("checkout", cart=moved, form=wrong, pay_methods=pages.PAYS),
    }
