"""Why a whole spreadsheet, its commit or its undo is refused; nothing is stored then."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class SheetTooLarge(Refusal):
    """The file, or what it unpacks to, is beyond the limit. Facts: size, limit (bytes)."""

    code = "sheet_too_large"


class SheetUnreadable(Refusal):
    """Neither a readable XLSX nor text in UTF-8 or GBK."""

    code = "sheet_unreadable"


class SheetKindUnknown(Refusal):
    """The file name does not end in .xlsx or .csv. Facts: filename."""

    code = "sheet_kind_unknown"


class HeaderNotFound(Refusal):
    """No row in the first ten names the columns we need. Facts: missing."""

    code = "header_not_found"


class ColumnTwice(Refusal):
    """Two columns carry the same meaning. Facts: field, columns."""

    code = "column_twice"


class SheetEmpty(Refusal):
    """There is a header and nothing under it."""

    code = "sheet_empty"


class TooManyRows(Refusal):
    """More rows than one import takes. Facts: rows, limit."""

    code = "too_many_rows"


class ImportNotFound(NotFound):
    """No such import of this site."""

    code = "import_not_found"


class NothingToCommit(Conflict):
    """The preview holds no good row that would change anything."""

    code = "nothing_to_commit"


class ImportNotPreviewed(Conflict):
    """Only a preview that was not committed yet can be committed. Facts: state."""

    code = "import_not_previewed"


class ImportNotCommitted(Conflict):
    """Only a committed import can be undone. Facts: state."""

    code = "import_not_committed"


class CatalogueMoved(Conflict):
    """The catalogue changed under the commit; preview again."""

    code = "catalogue_moved"


class SheetTooManyCells(Refusal):
    """The sheet spreads over more cells than a catalogue can have. Facts: cells, limit."""

    code = "sheet_too_many_cells"
