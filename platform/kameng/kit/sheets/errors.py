"""Why a file is no spreadsheet we read."""

from kameng.kit.errors import Refusal


class SheetTooLarge(Refusal):
    """The file, or what it unpacks to, is beyond the limit. Facts: size, limit (bytes)."""

    code = "sheet_too_large"


class SheetTooManyCells(Refusal):
    """The sheet spreads over more cells than anybody fills. Facts: cells, limit."""

    code = "sheet_too_many_cells"


class SheetUnreadable(Refusal):
    """Neither a readable XLSX nor text in UTF-8 or GBK."""

    code = "sheet_unreadable"


class SheetKindUnknown(Refusal):
    """The file name does not end in .xlsx or .csv. Facts: filename."""

    code = "sheet_kind_unknown"


class TooManyRows(Refusal):
    """More rows than one import takes. Facts: rows, limit."""

    code = "too_many_rows"
