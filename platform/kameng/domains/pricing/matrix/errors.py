"""Why a price spreadsheet, or its commit, is refused as a whole; nothing has moved then."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class UnknownLevel(Refusal):
    """A column prices sub-sites of a level this site does not give. Facts: names."""

    code = "unknown_level"


class UnknownPriceWord(Refusal):
    """A word after a price in a spreadsheet that says nothing we know. Facts: text."""

    code = "unknown_price_word"


class MatrixTooLarge(Refusal):
    """More SKUs than one file holds: what lies beyond would be missing unseen. Facts: most."""

    code = "matrix_too_large"


class NoSuchPriceSheet(NotFound):
    """This site has no such price spreadsheet."""

    code = "no_such_price_sheet"


class PriceSheetOver(Conflict):
    """It was committed or discarded before. Facts: state."""

    code = "price_sheet_over"


class PriceSheetEmpty(Conflict):
    """No row of the spreadsheet would change a price."""

    code = "price_sheet_empty"


class PriceSheetStale(Conflict):
    """Costs, floors or levels moved since the check: what was shown would not be what comes."""

    code = "price_sheet_stale"
