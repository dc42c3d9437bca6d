"""The columns of a price spreadsheet: one SKU a row, three columns for each of those who buy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from kameng.domains.catalog.imports.errors import ColumnTwice, HeaderNotFound
from kameng.domains.pricing.markups.rules import Audience, Place, Scope
from kameng.domains.pricing.matrix.errors import UnknownLevel
from kameng.domains.pricing.matrix.wording import Said
from kameng.kit.sheets.grids import Cell, Grid

HEADER_WITHIN = 5
SKU, PRODUCT, CHOICE, CATEGORY = "规格编号", "商品", "规格", "分类"
COST, FLOOR, CEILING, VERSION = "成本价", "下限价", "上限价", "校验码"
TOLD = (SKU, CATEGORY, PRODUCT, CHOICE, COST, FLOOR, CEILING)
NOW, OWN, STEPS = "现价", "自定价", "批发价"
RETAIL, BELOW = "零售", "代理默认"
_NAMED = re.compile(rf"({RETAIL}|{BELOW}|代理等级「(.+)」)({NOW}|{OWN}|{STEPS})")
_PLAIN = (*TOLD, VERSION)


@dataclass(frozen=True, slots=True)
class Buyers:
    """For whom three of the columns are: shoppers, any site below, or those of one level."""

    audience: Audience
    level_id: UUID | None = None
    name: str = ""

    @property
    def title(self) -> str:
        """How the headings of the columns begin."""
        if self.audience is Audience.RETAIL:
            return RETAIL
        return f"代理等级「{self.name}」" if self.level_id else BELOW

    @property
    def key(self) -> str:
        """A short name that stays when the level is renamed."""
        if self.audience is Audience.RETAIL:
            return "r"
        return f"c{self.level_id.hex[-8:]}" if self.level_id else "c"

    def place(self, sku_id: UUID) -> Place:
        """Where the rule of a cell stands."""
        return Place(Scope.SKU, sku_id, self.audience, self.level_id)


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns stand in a sheet; headings nobody knows are named, not read."""

    at: int
    sku: int
    version: int | None
    own: dict[str, int]
    steps: dict[str, int]
    ignored: tuple[str, ...] = field(default=())


def is_header(cells: Sequence[Cell]) -> bool:
    """Whether a row heads a price spreadsheet."""
    return SKU in [_heading(cell) for cell in cells]


def fits(grid: Grid) -> bool:
    """Whether a sheet of a workbook holds prices."""
    return any(is_header(cells) for _, cells in grid.rows[:HEADER_WITHIN])


def header(grid: Grid, buyers: Sequence[Buyers]) -> Header:
    """The columns of a sheet; HeaderNotFound, ColumnTwice or UnknownLevel."""
    for at, (_, cells) in enumerate(grid.rows[:HEADER_WITHIN]):
        if is_header(cells):
            return _header(at, [_heading(cell) for cell in cells], buyers)
    raise HeaderNotFound(missing=[SKU])


def mark(sku_id: UUID, buyers: Buyers, told: Said) -> str:
    """What the export saw in the two cells of a rule, in few signs: another text has another."""
    said = f"{sku_id.hex}/{buyers.key}/{told.own}/{told.steps}"
    return blake2b(said.encode(), digest_size=5).hexdigest()


def version(marks: dict[str, str]) -> str:
    """The cell that carries the marks of a row."""
    return " ".join(f"{key}:{made}" for key, made in marks.items())


def marks(cell: Cell) -> dict[str, str]:
    """The marks such a cell carries; what was written into it by hand is none."""
    parts = (part.split(":") for part in str(cell or "").split())
    return {part[0]: part[1] for part in parts if len(part) == 2}


def _header(at: int, headings: list[str], buyers: Sequence[Buyers]) -> Header:
    known = {one.title: one.key for one in buyers}
    spots: dict[str, int] = {}
    own: dict[str, int] = {}
    steps: dict[str, int] = {}
    strange: list[str] = []
    ignored: list[str] = []
    for number, heading in enumerate(headings):
        named = _NAMED.fullmatch(heading)
        if named is None and heading not in _PLAIN:
            ignored += [heading[:40]] if heading else []
            continue
        if heading in spots:
            raise ColumnTwice(field=heading, columns=[spots[heading] + 1, number + 1])
        spots[heading] = number
        if named is None:
            continue
        if named[1] not in known:
            strange.append(named[1])
        elif named[3] != NOW:
            (own if named[3] == OWN else steps)[known[named[1]]] = number
    if strange:
        raise UnknownLevel(names=list(dict.fromkeys(strange)))
    _refuse_halves(own, steps, buyers)
    return Header(at, spots[SKU], spots.get(VERSION), own, steps, tuple(ignored))


def _refuse_halves(own: dict[str, int], steps: dict[str, int], buyers: Sequence[Buyers]) -> None:
    """A price without its steps beside it would lose them unseen."""
    missing = [
        f"{one.title}{OWN if one.key in steps else STEPS}"
        for one in buyers
        if (one.key in own) != (one.key in steps)
    ]
    if missing or not own:
        raise HeaderNotFound(missing=missing or [f"{RETAIL}{OWN}", f"{RETAIL}{STEPS}"])


def _heading(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell or "")).strip().removeprefix("'")
