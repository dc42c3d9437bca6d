"""The sample's spreadsheet and secrets: made up, but shaped like what an operator has."""

from __future__ import annotations

import random
from pathlib import Path

HERE = Path(__file__).parent

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_NUMBERED = ("一卡通", "充值卡", "E卡", "超市卡", "礼品卡", "购物卡", "电子卡", "易购卡", "礼卡")
_TRADES = {
    "book": "读书课程",
    "data": "网盘会员",
    "food": "外卖美食",
    "game": "游戏点卡",
    "gift": "礼品卡",
    "music": "音乐会员",
    "phone": "话费充值",
    "shop": "购物卡",
    "software": "办公软件",
    "travel": "出行旅行",
    "video": "影音会员",
}
_EMPTY, _FEW, _MANY = ("搜狐", "海底捞"), ("年卡", "500元", "1000元"), ("月卡", "周卡", "10元")


def catalogue_xlsx() -> bytes:
    """The catalogue as a workbook with a title row, as an operator would keep it."""
    return (HERE / "catalogue.xlsx").read_bytes()


def catalogue_csv() -> bytes:
    """The same catalogue as CSV in UTF-8 with mark."""
    return (HERE / "catalogue.csv").read_bytes()


def secret_files() -> dict[str, bytes]:
    """Ready text files to try an upload with, by file name."""
    return {path.name: path.read_bytes() for path in sorted((HERE / "secrets").glob("*.txt"))}


def picture_files() -> dict[tuple[str, str], bytes]:
    """Pictures of goods (themes/art) by trade, as the catalogue draws it, and what each is called;
    a trade may have several."""
    files = sorted((HERE / "pictures").glob("*.webp"))
    return {_called(path.stem): path.read_bytes() for path in files}


def _called(stem: str) -> tuple[str, str]:
    trade, _, number = stem.partition("-")
    return trade, f"{_TRADES[trade]} {number}".strip()


def stock_size(product_name: str, sku_name: str) -> int:
    """How many secrets the sample stocks: mostly plenty, some scarce, a few none."""
    if product_name.startswith(_EMPTY):
        return 0
    if sku_name.startswith(_FEW):
        return 4
    return 60 if sku_name.startswith(_MANY) else 25


def secrets(product_name: str, sku_name: str, count: int) -> list[str]:
    """`count` plausible secrets, the same ones each time for the same SKU."""
    drawn = random.Random(f"{product_name}/{sku_name}")  # noqa: S311 - sample data, no secret
    numbered = any(word in product_name for word in _NUMBERED)
    return [_numbered(drawn) if numbered else _lettered(drawn) for _ in range(count)]


def _numbered(drawn: random.Random) -> str:
    number = "".join(drawn.choices("0123456789", k=16))
    return f"{number}----{''.join(drawn.choices('0123456789', k=18))}"


def _lettered(drawn: random.Random) -> str:
    return "-".join("".join(drawn.choices(_LETTERS, k=4)) for _ in range(4))
