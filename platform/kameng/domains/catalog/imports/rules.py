"""The words of a catalogue sheet: its columns, how people head them, and what can be wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import Any

from kameng.domains.catalog.imports.errors import ColumnTwice, HeaderNotFound
from kameng.kit.sheets.grids import Cell, Grid

MOST_ROWS = 20_000
HEADER_WITHIN = 10
"""The header stands in one of this many first rows; a title may stand above it."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "category": ("分类", "商品分类", "一级分类", "类目", "目录", "category"),
    "subcategory": ("二级分类", "子分类", "小类", "品牌", "subcategory", "brand"),
    "name": ("名称", "商品名称", "产品名称", "商品", "品名", "标题", "name", "product", "title"),
    "spec": (
        "规格",
        "规格名称",
        "型号",
        "面值",
        "套餐",
        "款式",
        "spec",
        "sku",
        "variant",
        "option",
    ),
    "retail": (
        "售价",
        "销售价",
        "零售价",
        "建议零售价",
        "建议售价",
        "价格",
        "单价",
        "price",
        "retail",
    ),
    "cost": ("成本价", "成本", "进价", "进货价", "采购价", "cost", "cost price"),
    "market_price": ("市场价", "原价", "划线价", "官方价", "market price", "list price"),
    "floor": ("下限价", "最低价", "最低售价", "限价", "底价", "floor", "minimum price"),
    "ceiling": ("上限价", "最高价", "最高售价", "最高限价", "封顶价", "ceiling", "maximum price"),
    "stock_type": ("类型", "库存类型", "商品类型", "发货类型", "发货方式", "type", "stock type"),
    "summary": ("简介", "摘要", "副标题", "卖点", "summary", "subtitle"),
    "description": ("描述", "商品描述", "详情", "商品详情", "介绍", "description", "details"),
    "usage_note": (
        "使用说明",
        "使用方法",
        "使用教程",
        "发货留言",
        "购买须知",
        "usage",
        "usage note",
    ),
    "min_quantity": ("最少", "最少购买", "最小数量", "起购数量", "min", "minimum"),
    "max_quantity": ("最多", "最多购买", "最大数量", "单次限购", "限购", "max", "maximum"),
    "state": ("状态", "上架", "是否上架", "在售", "state", "status", "on sale"),
    "position": ("排序", "顺序", "position", "sort"),
    "art": ("图标", "icon"),
}
REQUIRED = ("category", "name", "retail", "cost")
PRODUCT_FIELDS = (
    *("summary", "description", "usage_note", "stock_type", "min_quantity", "max_quantity"),
    *("position", "art"),
)
SKU_FIELDS = ("retail", "cost", "market_price", "floor", "ceiling", "state")

STOCK_TYPES = {
    "card": ("card", "卡密", "卡券", "卡号卡密", "自动发货", "兑换码", "激活码", "cdk"),
    "topup": ("topup", "直充", "充值", "代充", "直充代充"),
    "link": ("link", "链接", "网盘链接", "下载链接"),
    "reservation": ("reservation", "预约", "核销", "到店核销"),
}
STATES = {
    "on_sale": ("onsale", "on", "yes", "true", "y", "1", "上架", "在售", "销售中", "是", "启用"),
    "off_sale": ("offsale", "off", "no", "false", "n", "0", "下架", "停售", "否", "停用"),
}


class Code(StrEnum):
    """What can be said about a cell or a row; the console gives each its words."""

    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NOT_POSITIVE = "not_positive"
    TOO_LARGE = "too_large"
    NOT_WHOLE = "not_whole"
    OUT_OF_RANGE = "out_of_range"
    LEAST_ABOVE_MOST = "least_above_most"
    UNKNOWN_WORD = "unknown_word"
    LOOKS_LIKE_FORMULA = "looks_like_formula"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    CELL_ERROR = "cell_error"
    MERGED_ACROSS = "merged_across"
    UNPRINTABLE = "unprintable"
    CATEGORY_TOO_DEEP = "category_too_deep"
    GOODS_FORBIDDEN = "goods_forbidden"
    DUPLICATE_ROW = "duplicate_row"
    PRODUCT_DIFFERS = "product_differs"
    COST_ABOVE_PRICE = "cost_above_price"
    MARKET_BELOW_PRICE = "market_below_price"
    FLOOR_ABOVE_PRICE = "floor_above_price"
    CEILING_BELOW_PRICE = "ceiling_below_price"
    CEILING_BELOW_FLOOR = "ceiling_below_floor"
    TYPE_NOT_OPEN = "type_not_open"
    MARKUP_REMOVED = "markup_removed"


class Reason(StrEnum):
    """Why a row was left alone by a commit or an undo."""

    CHANGED_SINCE_PREVIEW = "changed_since_preview"
    EDITED = "edited"
    SOLD = "sold"
    STOCKED = "stocked"
    IN_USE = "in_use"


class Level(StrEnum):
    """An error keeps its row out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one field of one row."""

    field: str
    code: str
    level: str = Level.ERROR.value
    facts: dict[str, Any] = made(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.level == Level.ERROR


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns stand: field -> column number; and headings nobody knows."""

    at: int
    columns: dict[str, int]
    ignored: list[str]


def find_header(grid: Grid) -> Header:
    """The first of the top rows that names all required columns."""
    best: list[str] = list(REQUIRED)
    for at, (_, cells) in enumerate(grid.rows[:HEADER_WITHIN]):
        columns, ignored = _columns(cells)
        missing = [each for each in REQUIRED if each not in columns]
        if not missing:
            return Header(at, columns, ignored)
        best = min(best, missing, key=len)
    raise HeaderNotFound(missing=[COLUMNS[each][0] for each in best])


def known_word(text: str, words: dict[str, tuple[str, ...]]) -> str | None:
    """The meaning of a word of a sheet, or None."""
    plain = _plain(text)
    return next((meaning for meaning, said in words.items() if plain in said), None)


def _columns(cells: Sequence[Cell]) -> tuple[dict[str, int], list[str]]:
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for number, cell in enumerate(cells):
        heading = str(cell or "").strip()
        meaning = _HEADINGS.get(_plain(heading))
        if meaning is None:
            ignored += [heading[:40]] if heading else []
        elif meaning in columns:
            raise ColumnTwice(field=COLUMNS[meaning][0], columns=[columns[meaning] + 1, number + 1])
        else:
            columns[meaning] = number
    return columns, ignored


def _plain(text: str) -> str:
    """A heading without width, case, spaces, stars and units: '售价 (元)*' is '售价'."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\(.*?\)|\[.*?\]|【.*?】|[\s*_:\-]", "", folded)


_HEADINGS = {_plain(word): meaning for meaning, words in COLUMNS.items() for word in words}
