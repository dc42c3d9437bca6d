"""The price matrix of a site going out: row by row, so that ten thousand SKUs need no more memory
than five hundred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from kameng.domains.catalog.goods import queries as goods
from kameng.domains.pricing.matrix import columns, queries, wording
from kameng.domains.pricing.matrix.columns import NOW, OWN, STEPS, TOLD, VERSION, Buyers
from kameng.domains.pricing.matrix.errors import MatrixTooLarge
from kameng.domains.pricing.matrix.lots import Lot
from kameng.kit.money import Money
from kameng.kit.sheets.writing import Row, Table, Told
from tenants.tree import Tenant

MOST = 20_000
"""SKUs of one file: as many as come back in one."""
AT_ONCE = 500
WIDTHS = (38, 14, 26, 18, 10, 10, 10)
NOTES = (
    "只有“自定价”和“批发价”两类列会被读取；其余各列仅供查看，改了也不会生效。",
    "自定价写法：9.9（固定价）  成本+10%  成本+2  毛利率20%  跟随（跟随上级零售价）。",
    "可在后面用空格加上：取整到分 / 取整到角 / 取整到元 / 尾数.9 / 尾数.99，向上 / 向下，"
    "保利润，可亏本。例：成本+10% 尾数.9 向上",
    "批发价写法：5=9.5;10=9 表示 5 件起每件 9.5，10 件起每件 9；百分比写 5=8%;10=6%。",
    "自定价留空表示不单独定价，按范围更大的规则或上级价格执行。删掉整行则该规格不变。",
    "不要改动“规格编号”和“校验码”：导入时凭它们找到规格，并发现导出之后别人改过的价格。",
    "公式不会被计算，含公式的单元格会报错，请粘贴为数值。",
)


def table(
    tenant: Tenant, *, search: str | None = None, category: UUID | None = None, now: datetime
) -> Table:
    """The matrix of all SKUs this site sells, or of those a search or a category names.

    MatrixTooLarge when they are more than come back in one file.
    """
    wanted = goods.sku_ids(tenant, search=search, category=category, limit=MOST + 1)
    if len(wanted) > MOST:
        raise MatrixTooLarge(most=MOST)
    buyers = queries.buyers(tenant, now=now)
    heads = list(zip(TOLD, WIDTHS, strict=True))
    for one in buyers:
        heads += [(f"{one.title}{NOW}", 14), (f"{one.title}{OWN}", 20), (f"{one.title}{STEPS}", 20)]
    heads.append((VERSION, 16))
    return Table("价格表", heads, _rows(tenant, wanted, buyers, now))


def _rows(
    tenant: Tenant, wanted: Sequence[UUID], buyers: Sequence[Buyers], now: datetime
) -> Iterator[Row]:
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        lot = queries.lot(tenant, some, now=now)
        yield from (_row(lot, sku_id, buyers) for sku_id in some if sku_id in lot)


def _row(lot: Lot, sku_id: UUID, buyers: Sequence[Buyers]) -> Row:
    sku, quote = lot.facts[sku_id], lot.quotes[sku_id]
    cells: list[Told] = [str(sku_id), sku.category_name, sku.product_name, sku.name]
    cells += [_amount(one) for one in (quote.cost, quote.floor, quote.ceiling)]
    marks = {}
    for one in buyers:
        told = wording.said(lot.stand(one, sku_id).held, quote.cost.micro)
        cells += [_amount(lot.price(one, sku_id)), told.own, told.steps]
        marks[one.key] = columns.mark(sku_id, one, told)
    return [*cells, columns.version(marks)]


def _amount(money: Money | None) -> Told:
    return None if money is None else money.decimal
