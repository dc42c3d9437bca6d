"""The empty sheet people start from, with the columns explained and two rows as examples."""

from __future__ import annotations

import io

from kameng.domains.catalog.imports.rules import COLUMNS, REQUIRED

EXAMPLES = (
    {
        "category": "视频会员",
        "subcategory": "爱奇艺",
        "name": "爱奇艺黄金会员",
        "spec": "月卡 31天",
        "retail": 19.8,
        "cost": 16.5,
        "market_price": 30,
        "floor": 17.5,
        "ceiling": 25,
        "stock_type": "卡密",
        "usage_note": "在爱奇艺 App“我的 → 兑换中心”输入兑换码。",
        "min_quantity": 1,
        "max_quantity": 20,
        "state": "上架",
    },
    {
        "category": "视频会员",
        "subcategory": "爱奇艺",
        "name": "爱奇艺黄金会员",
        "spec": "季卡 93天",
        "retail": 55,
        "cost": 47.2,
        "market_price": 68,
        "state": "上架",
    },
)
NOTES = (
    "带 * 的列必填；其余可留空，留空不会改动已有商品。",
    "同一商品的多个规格各占一行，商品名称相同、规格不同。",
    "价格为人民币元，大于 0，最多 6 位小数。类型：卡密 / 直充 / 链接 / 预约。",
    "下限价、上限价由主站定：各级分站的零售价不会低于下限价、高于上限价；上限价不能低于成本价和下限价。",
    "最多 20000 行、20 MB。公式只取保存时的结果；纵向合并的单元格按每行相同处理。",
)


def workbook() -> bytes:
    """An .xlsx with header, examples and notes."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = "商品"
    sheet.append([words[0] + ("*" if name in REQUIRED else "") for name, words in COLUMNS.items()])
    for example in EXAMPLES:
        sheet.append([example.get(name) for name in COLUMNS])
    for number, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = 16
    sheet.freeze_panes = "A2"
    notes = book.create_sheet("说明")
    for note in NOTES:
        notes.append([note])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
