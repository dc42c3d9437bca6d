"""Fixture drops of what a site writes itself: articles, help, pages, menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

NEWS = {"name": "公告", "url": "/notices"}
ARTICLES = [
    {
        "title": title,
        "summary": summary,
        "url": f"/articles/{slug}",
        "at": at,
        "kind": "help",
        "pinned": False,
        "picture": "",
    }
    for slug, title, summary, at in (
        ("how-to-redeem", "卡密如何兑换", "打开官方兑换中心，登录后粘贴卡密。", "11-20"),
        (
            "lost-order",
            "忘记订单号怎么办",
            "用下单时填写的联系方式和查询密码也能找到订单。",
            "11-12",
        ),
        ("refund", "退款规则", "", "11-01"),
    )
]
ARTICLE = {
    "title": "春节期间照常自动发货，客服时间调整通知",
    "summary": "春节假期系统照常运行，客服每日 9:00–22:00。",
    "url": "/articles/new-year",
    "kind": "notice",
    "at": "2026-11-20",
    "updated": "2026-11-21",
    "published_iso": "2026-11-20T09:00:00+08:00",
    "updated_iso": "2026-11-21T10:00:00+08:00",
    "picture": "",
    "list": NEWS,
    "body": "<p>各位顾客：</p><h3>发货</h3><p>春节假期<strong>系统照常运行</strong>。</p>"
    "<ul><li>客服时间 9:00–22:00</li><li>退款顺延到节后</li></ul>",
}
MENUS = {
    "main": [
        {"label": "首页", "link": {"kind": "home", "ref": ""}},
        {"label": "关于我们", "link": {"kind": "page", "ref": "about"}},
        {"label": "帮助", "link": {"kind": "help", "ref": ""}},
    ],
    "footer": [
        {"label": "关于我们", "link": {"kind": "page", "ref": "about"}},
        {"label": "退款规则", "link": {"kind": "article", "ref": "refund"}},
    ],
}
ABOUT = {
    "title": "关于我们",
    "description": "星火点卡，十年老店。",
    "listed": True,
    "sections": [
        {"id": "main", "type": "main_page"},
        {"id": "text", "type": "rich_text", "settings": {"body": "<p>我们只卖官方卡密。</p>"}},
    ],
}
Common = Callable[..., dict[str, Any]]


def cases(common: Common) -> dict[str, tuple[str, dict[str, Any]]]:
    """Case -> template and drops."""
    none = {"prev": None, "next": None, "page": 1}
    return {
        "article": ("article", common(article=dict(ARTICLE), more_articles=ARTICLES[1:])),
        "help": ("help", common(articles=ARTICLES, pages=none)),
        "help-empty": ("help", common(articles=[], pages=none)),
    }
