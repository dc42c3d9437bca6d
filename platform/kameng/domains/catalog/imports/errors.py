"""Why a whole spreadsheet, its commit or its undo is refused; nothing is stored then."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class HeaderNotFound(Refusal):
    """No row in the first ten names the columns we need. Facts: missing."""

    code = "header_not_found"


class ColumnTwice(Refusal):
    """Two columns carry the same meaning. Facts: field, columns."""

    code = "column_twice"


class SheetEmpty(Refusal):
    """There is a header and nothing under it."""

    code = "sheet_empty"


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
