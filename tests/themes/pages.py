"""Fixture drops for every storefront page, as rich as a real shop's."""

from __future__ import annotations

from typing import Any

from tests.themes import own_pages
from themes import engine

CATEGORIES = [
    {"id": f"c{n}", "url": f"/c/c{n}", "name": name, "icon": icon}
    for n, (name, icon) in enumerate(
        [
            ("视频会员", "video"),
            ("游戏点卡", "game"),
            ("话费流量", "phone"),
            ("音乐会员", "music"),
            ("外卖红包", "food"),
            ("礼品卡券", "gift"),
            ("软件激活", "software"),
            ("出行权益", "travel"),
            ("知识课程", "book"),
        ]
    )
]
GOODS = [
    ("爱奇艺黄金会员 月卡", "video", "18.90", "25.00", 23_841, "plenty", "充足", True, "热卖"),
    ("腾讯视频 VIP 季卡", "video", "55.00", "68.00", 11_204, "plenty", "充足", True, ""),
    (
        "王者荣耀 点券 648 元档 官方直充",
        "game",
        "615.00",
        "648.00",
        8_921,
        "some",
        "一般",
        False,
        "95折",
    ),
    ("Steam 钱包充值码 100 元", "game", "96.50", "100.00", 5_310, "few", "仅剩 3 件", True, ""),
    ("QQ音乐豪华绿钻 年卡", "music", "118.00", "180.00", 3_208, "plenty", "充足", True, "6.5折"),
    ("网易云音乐黑胶 VIP 月卡", "music", "9.90", None, 1_022, "plenty", "充足", True, ""),
    ("中国移动话费 50 元 快充", "phone", "49.35", "50.00", 45_120, "plenty", "充足", False, ""),
    ("美团外卖红包 15 元券", "food", "8.80", "15.00", 7_700, "none", "已售罄", True, ""),
    ("京东 E 卡 500 元", "gift", "492.00", "500.00", 640, "some", "一般", True, ""),
    ("WPS 超级会员 年卡", "software", "89.00", "179.00", 2_140, "plenty", "充足", True, ""),
    ("滴滴出行 打车券包 30 元", "travel", "19.90", "30.00", 0, "plenty", "充足", True, "新品"),
    ("得到听书 年度会员", "book", "258.00", "365.00", 88, "few", "即将售罄", True, ""),
]


def photo(n: int) -> dict[str, Any] | str:
    """Every third product has a picture of its own; the first row's are fetched at once."""
    if n % 3:
        return ""
    wide, narrow = (engine.asset_url("clean", f"art/banner-mix{end}.webp") for end in ("", "-640"))
    shown = {"src": wide, "srcset": f"{narrow} 640w, {wide} 1200w", "width": 1200, "height": 480}
    return shown | ({"near": True} if n < 4 else {})


def cards() -> list[dict[str, Any]]:
    """A dozen product cards of many kinds."""
    return [
        {
            "id": f"p{n}",
            "url": f"/p/p{n}",
            "name": name,
            "summary": "官方渠道，付款后自动发货",
            "price": price,
            "price_from": n % 4 == 0,
            "market": market,
            "sold": sold,
            "stock_word": word,
            "stock_label": label,
            "auto_delivery": auto,
            "art": art,
            "picture": photo(n),
            "tag": tag,
        }
        for n, (name, art, price, market, sold, word, label, auto, tag) in enumerate(GOODS)
    ]


NOTICES = [
    {
        "title": "春节期间照常自动发货",
        "text": "春节假期系统照常运行。\n客服时间调整为每日 9:00–22:00。",
        "at": "11-20",
    },
    {
        "title": "话费充值到账时间说明",
        "text": "一般 10 分钟内到账，高峰期可能延至 2 小时。",
        "at": "11-12",
    },
    {
        "title": "请妥善保管查询密码",
        "text": "查询密码由您自行设置，客服不会向您索取。",
        "at": "11-01",
    },
]
SHOP = {
    "name": "星火点卡",
    "notice": "全场自动发货，客服在线时间 9:00–24:00",
    "url": "http://ada.localhost:8000/",
    "is_test_payments": True,
    "can_open_sites": True,
    "year": 2026,
    "seller": "星火（广州）网络科技有限公司",
    "icp": "粤ICP备20260001号-1",
    "icp_police": "粤公网安备 44010002000001号",
    "service_contact": "QQ 800123456",
    "service_url": "",
}
PAYS = [
    {
        "key": "stripe",
        "label": "银行卡 / 支付宝 / 微信",
        "hint": "跳转至安全收银台",
        "disabled": False,
    },
    {"key": "wallet", "label": "账户余额", "hint": "登录后可用", "disabled": True},
]
FORM: dict[str, Any] = {"action": "/orders", "errors": {}, "values": {}}
SKUS = [
    ("s1", "月卡（31 天）", "18.90", "25.00", "plenty", "库存充足", True),
    ("s2", "季卡（93 天）", "52.00", "68.00", "plenty", "库存充足", False),
    ("s3", "年卡（372 天）", "168.00", "248.00", "few", "仅剩 3 件", False),
    ("s4", "连续包月", "15.00", "19.00", "none", "已售罄", False),
]
SECRETS = ["IQY-7F3K-92QX-LM4T-8PWD", "IQY-2HJ8-44ZC-RV6N-1KXB"]
STEPS = [
    {"key": "placed", "label": "已下单", "state": "done", "at": "21:30:02"},
    {"key": "paid", "label": "已付款", "state": "done", "at": "21:30:41"},
    {"key": "delivered", "label": "已发货", "state": "done", "at": "21:30:42"},
]
NUMBER = "7K2M-Q9TX-4HDW-83VN"


def skus() -> list[dict[str, Any]]:
    keys = ("id", "name", "price", "market", "stock_word", "stock_label", "selected")
    return [dict(zip(keys, sku, strict=True)) | {"url": f"/p/p0?sku={sku[0]}"} for sku in SKUS]


def order(**facts: Any) -> dict[str, Any]:
    """A delivered order, or what `facts` make of it."""
    return {
        "number": NUMBER,
        "state": "delivered",
        "state_label": "已发货",
        "tone": "ok",
        "hint": "卡密已显示在下方，可一键复制。",
        "total": "37.80",
        "placed_at": "2026-11-21 21:30",
        "contact": "k***@mail.cn",
        "url": f"/orders/{NUMBER}",
        "refunded": "18.90",
        "refunds": [
            {
                "amount": "18.90",
                "at": "2026-11-22 09:12",
                "state_label": "已退款",
                "tone": "ok",
                "way": "原路退回",
                "what": "爱奇艺黄金会员 月卡 × 1 ¥18.90",
            }
        ],
        "lines": [
            {
                "name": "爱奇艺黄金会员 月卡",
                "quantity": 2,
                "unit_price": "18.90",
                "total": "37.80",
                "art": "video",
                "picture": "",
                "secrets": SECRETS,
                "refund": "退款 1 件",
                "usage_note": "打开兑换中心，登录后输入卡密。\n卡密自发货起 180 天内有效。",
            }
        ],
        "pay_url": None,
        "expires_at": None,
        "can_pay": False,
        "steps": STEPS,
        "status_url": f"/orders/{NUMBER}/status",
        "final": True,
    } | facts


def waiting_order() -> dict[str, Any]:
    """An order nobody has paid yet."""
    steps = [
        STEPS[0],
        {"key": "paid", "label": "等待付款", "state": "now", "at": ""},
        {"key": "delivered", "label": "自动发货", "state": "todo", "at": ""},
    ]
    line = order()["lines"][0] | {"secrets": [], "usage_note": ""}
    return order(
        state="pending_payment",
        state_label="等待付款",
        tone="wait",
        hint="请在倒计时结束前完成付款，超时订单会自动关闭，不会扣款。",
        can_pay=True,
        pay_url=f"/cashier/{NUMBER}",
        expires_at="2099-01-01T00:00:00Z",
        steps=steps,
        lines=[line],
        final=False,
    )


def rows() -> list[dict[str, Any]]:
    """Orders as list rows."""
    states = [("已发货", "ok"), ("等待付款", "wait"), ("已退款", "bad")]
    return [
        {
            "number": NUMBER,
            "url": f"/orders/{NUMBER}",
            "state_label": label,
            "tone": tone,
            "total": "37.80",
            "placed_at": "2026-11-21 21:30",
            "name": "爱奇艺黄金会员 月卡 × 2",
        }
        for label, tone in states
    ]


def common(active: str = "", **more: Any) -> dict[str, Any]:
    """The drops every page has."""
    return {"shop": SHOP, "nav": {"active": active}, "csrf": "token", "path": "/", **more}


def _paying_in(typed: str = "") -> dict[str, Any]:
    """A member's top-up page; with a text that is no amount it says so."""
    choices = [
        {"value": f"{one}.00", "label": f"{one:,}", "selected": one == 50}
        for one in (20, 50, 100, 200, 500, 1000)
    ]
    wrong = {"amount": "请输入正确的金额，例如 9.90。"} if typed else {}
    return {
        "balance": "128.50",
        "offer": {"is_open": True, "minimum": "1.00", "maximum": "2,000.00", "choices": choices},
        "form": {"action": "/me/top-up", "errors": wrong, "values": {"amount": typed}},
        "topups": [_top_up("充值成功", "ok"), _top_up("已退款 ¥20.00", "wait")],
        "topup": None,
    }


def _top_up(label: str, tone: str) -> dict[str, Any]:
    return {
        "amount": "50.00",
        "state": "paid",
        "state_label": label,
        "tone": tone,
        "hint": "金额已计入您的余额。",
        "at": "2026-11-22 15:58",
        "url": "/me/top-up/1",
    }


def _promotion(joined: bool) -> dict[str, Any]:
    """A member's promotion page, before and after joining."""
    line = {"title": "视频会员 月卡 ×1", "at": "2026-11-22 15:58", "level": 2, "amount": "0.4995"}
    more = {"state_label": "12-07 到账", "tone": "wait"}
    links = {"link": "https://ada.example/?p=ABCDEFGH", "code": "ABCDEFGH", "turn": "/me/promotion"}
    sums = {"pending": "1.20", "available": "20.00", "debt": "3.00", "free": "17.00", "brought": 2}
    promoter = {**links, **sums, "picture": "/me/promotion/code.svg", "can_turn": True}
    return {
        "offer": {"is_open": True, "first": "5", "second": "2", "days": 15},
        "promoter": promoter if joined else None,
        "lines": [line | more] if joined else [],
        "pages": None,
        "form": {"errors": {}, "values": {}, "once": "x"},
    }


def _payee(state: str) -> dict[str, Any]:
    """Who a promoter is, and the accounts; an empty state: nothing was sent yet."""
    label = {"verified": ("已核实", "ok"), "refused": ("未通过核实", "bad")}.get(state, ("", ""))
    payee = {"name": "上海某某网络科技有限公司", "number": "913***********0Y43", "kind": "企业"}
    more = {"state": state, "state_label": label[0], "tone": label[1], "reason": "名称与证件不符"}
    bound = {"label": "银行卡 工商银行 622************0123", "holder": payee["name"], "reason": ""}
    kinds = [{"value": "person", "label": "个人", "selected": True}]
    ways = [{"value": one, "label": one, "selected": one == "bank"} for one in ("bank", "qr")]
    wrong = {"bank": "请填写开户银行。", "picture": "请上传收款码图片。"}
    return {
        "payee": {**payee, **more, "at": "2026-11-22 15:58"} if state else None,
        "agreed": "2026-11" if state else "",
        "accounts": [{**bound, "remove": "/me/x", "state_label": "核实中", "tone": "wait"}],
        "has_room": True,
        "most": 5,
        "kinds": kinds,
        "methods": ways,
        "form": {"errors": {} if state else {"agree": "请先勾选同意。"}, "values": {}},
        "account": {"errors": wrong, "values": {"number": "6222"}},
    }


def _asked() -> dict[str, Any]:
    return {
        "amount": "200.00",
        "state": "asked",
        "state_label": "待审核",
        "tone": "wait",
        "hint": "款项已冻结，等待审核；审核前可以撤回。",
        "at": "2026-11-22 15:58",
        "account": "支付宝 138****8000",
        "url": "/me/promotion/withdrawals/1",
    }


def _withdrawals(ready: bool) -> dict[str, Any]:
    """A promoter's withdrawals, with and without a verified account."""
    to = {"value": "1", "label": "支付宝 138****8000", "holder": "张三丰", "selected": True}
    rules = {"is_open": True, "minimum": "100.00", "daily": "5,000.00", "fee": "¥5.00 + 1%"}
    return {
        "sums": {"free": "300.00", "pending": "1.20", "aside": "200.00", "debt": "3.00"},
        "offer": {**rules, "days": 3, "accounts": [to] if ready else []},
        "payee": {"state": "sent", "state_label": "核实中", "tone": "wait"},
        "bound": 1,
        "rows": [_asked()] if ready else [],
        "pages": None,
        "withdrawal": None,
        "form": {"errors": {"amount": "单笔最低提现 ¥100.00。"}, "values": {}, "once": "x"},
    }


def _withdrawal() -> dict[str, Any]:
    """One of them, that somebody rejected."""
    sums = {"paid": "193.00", "fee": "7.00", "due": "2026-11-25"}
    proof = {"proof": "778899", "picture": "/me/x", "cancel": "/me/x", "reason": "名字不符"}
    steps = [{"label": "提交申请", "at": "2026-11-22 15:58"}]
    more = {**sums, **proof, "steps": steps, "holder": "张三丰"}
    return {"withdrawal": {**_asked(), **more}, "form": {"errors": {}, "values": {}}}


def _mails() -> dict[str, Any]:
    """Which mails a promoter wants."""
    return {
        "switches": [{"name": "withdrawal_asked", "label": "提现申请", "on": True}],
        "languages": [{"value": "zh_CN", "label": "简体中文", "selected": True}],
        "form": {"errors": {}, "values": {}},
    }


def _waiting_top_up() -> dict[str, Any]:
    """A top-up whose page is still open."""
    more = {"final": False, "status_url": "/me/top-up/1/status", "can_pay": True, "value": "50.00"}
    return {"topup": {**_top_up("待支付", "wait"), **more}, "balance": "128.50", "form": None}


def offers() -> list[dict[str, Any]]:
    """Goods at a price that ends."""
    keys = ("id", "url", "name", "art", "price")
    more = {"was": "25.00", "left_label": "仅剩 8 件", "percent": 72, "size": 3, "joined": 128}
    return [{key: card[key] for key in keys} | more for card in cards()[:6]]


def of_the_library() -> dict[str, Any]:
    """What the sections an agent may add ask for, as a busy shop would have it."""
    coupon = {"amount": "¥5", "name": "新人券", "least_label": "满 50 元可用", "url": "/me"}
    coupon |= {"until": "11-30 前有效", "state_label": "已领取"}
    names = ["普通会员", "高级会员", "合作伙伴", "至尊会员"]
    article = {"url": "/a/1", "at": "11-20", "kind": "help", "pinned": False, "picture": ""}
    titles = ["卡密怎样兑换？图文教程", "话费充值多久到账", "关于春节期间发货安排的通知"]
    return {
        "flash_sales": [{"ends_at": "2099-01-01T00:00:00+08:00", "items": offers()}],
        "group_buys": offers(),
        "coupons": [coupon | {"id": str(n), "taken": n == 1} for n in range(4)],
        "points": {"balance": 260, "done": False, "url": "/me"},
        "tiers": [{"name": name, "rank": n} for n, name in enumerate(names, 1)],
        "card": {"balance": "128.50"},
        "ranks": sorted(cards(), key=lambda card: -card["sold"])[:8],
        "ticker": [
            {"name": card["name"], "ago": f"{n * 3 + 1} 分钟前"}
            for n, card in enumerate(cards()[:8])
        ],
        "recharges": {},
        "articles": [article | {"title": one, "summary": "三步完成"} for one in titles],
    }


def every_page() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the case -> (template, drops)."""
    pages = {"prev": None, "next": "/c/all?page=2", "page": 1, "pages": 3, "total": 214}
    sorts = [
        {"key": key, "url": f"/c/all?sort={key}", "active": key == "default"}
        for key in ("default", "new", "price_up", "price_down")
    ]
    product = {
        "id": "p0",
        "url": "/p/p0",
        "name": "爱奇艺黄金会员 月卡",
        "summary": "官方激活码，支持手机、平板、电脑与电视以外设备登录使用",
        "art": "video",
        "description_html": "<h3>会员权益</h3><ul><li>跳过广告</li><li>1080P 蓝光画质</li></ul>"
        "<p>激活码为一次性兑换，<strong>兑换后不支持退换</strong>。</p>",
        "usage_note": "1. 打开兑换中心并登录您的账号\n2. 输入卡密，点击兑换\n3. 会员立即到账",
        "refund": "发货后 7 天内如无法使用可退款",
        "min": 1,
        "max": 20,
        "sold": 23_841,
        "auto_delivery": True,
        "stock_type": "card",
        "adult": False,
        "category": {"name": "视频会员", "url": "/c/c0"},
    }
    buy = {
        "product": product,
        "skus": skus(),
        "form": FORM,
        "pay_methods": PAYS,
        "products": cards(),
    }
    wrong = {
        "action": "/orders",
        "errors": {
            "form": "价格刚刚有变化，请确认后再下单。",
            "query_password": "查询密码至少 6 位",
            "adult": "请勾选后继续",
        },
        "values": {"quantity": "2", "contact": "kim@mail.cn"},
    }
    blank = {"action": "/x", "errors": {}, "values": {}}
    member = {"name": "小金"}
    account = {"name": "小金", "contact": "kim@mail.cn", "balance": "128.50"}
    from tests.themes import cartpages

    return {
        **cartpages.cases(),
        "home": (
            "home",
            common("home", categories=CATEGORIES, products=cards(), notices=NOTICES),
        ),
        "home-empty": ("home", common("home", categories=[], products=[], notices=[])),
        "category": (
            "category",
            common(
                "category",
                category=CATEGORIES[0],
                categories=CATEGORIES,
                products=cards(),
                sorts=sorts,
                pages=pages,
            ),
        ),
        "search": (
            "search",
            common(
                "category",
                q="会员",
                products=cards()[:5],
                pages={"prev": None, "next": None},
                categories=CATEGORIES,
            ),
        ),
        "search-none": (
            "search",
            common(
                "category",
                q="qwerty",
                products=[],
                pages={"prev": None, "next": None},
                categories=CATEGORIES,
            ),
        ),
        "product": ("product", common("category", **buy)),
        "product-refused": (
            "product",
            common("category", **(buy | {"form": wrong, "product": product | {"adult": True}})),
        ),
        "order": ("order", common("orders", order=order())),
        "order-wait": ("order", common("orders", order=waiting_order())),
        "order-query": (
            "order_query",
            common("orders", form=blank, recent=rows()),
        ),
        "order-query-refused": (
            "order_query",
            common(
                "orders",
                form=blank | {"errors": {"form": "订单号或查询密码不正确，请核对后再试。"}},
                recent=[],
            ),
        ),
        "cashier": (
            "cashier",
            common(
                order=waiting_order(),
                methods=PAYS,
                form=blank,
                countdown_to="2099-01-01T00:00:00Z",
                waiting=True,
            ),
        ),
        "sign-in": ("sign_in", common("me", form=blank, next="/me")),
        "sign-up": ("sign_up", common("me", form=blank, next="")),
        "password-request": ("password_request", common("me", form=blank, sent=False)),
        "password-sent": ("password_request", common("me", form=blank, sent=True)),
        "password-new": ("password_new", common("me", form=blank)),
        "member": ("member", common("me", member=member, account=account, orders=rows())),
        "member-orders": (
            "member_orders",
            common("me", member=member, orders=[], pages={"prev": None, "next": None}),
        ),
        "topup": ("member_topup", common("me", member=member, **_paying_in())),
        "topup-refused": ("member_topup", common("me", member=member, **_paying_in("abc"))),
        "topup-waits": ("member_topup", common("me", member=member, **_waiting_top_up())),
        "promotion-offer": ("member_promotion", common("me", member=member, **_promotion(False))),
        "promotion": ("member_promotion", common("me", member=member, **_promotion(True))),
        "payee": ("member_payee", common("me", member=member, **_payee("verified"))),
        "payee-first": ("member_payee", common("me", member=member, **_payee(""))),
        "payee-refused": ("member_payee", common("me", member=member, **_payee("refused"))),
        "withdrawals": ("member_withdrawals", common("me", member=member, **_withdrawals(True))),
        "withdrawals-first": (
            "member_withdrawals",
            common("me", member=member, **_withdrawals(False)),
        ),
        "withdrawal": ("member_withdrawals", common("me", member=member, **_withdrawal())),
        "mails": ("member_mails", common("me", member=member, **_mails())),
        "notices": ("notices", common(notices=NOTICES)),
        "not-found": ("not_found", common(products=cards())),
        **own_pages.cases(common),
        "refused": (
            "refused",
            common(
                title="库存不足",
                text="该商品仅剩 1 件，未产生扣款。请减少数量后再试。",
                action_url="/p/p0",
                action_label="返回商品",
                messages=[{"kind": "warn", "text": "您的订单尚未创建。"}],
            ),
        ),
        "suspended": ("suspended", common()),
        "opening": ("opening", common()),
    }
