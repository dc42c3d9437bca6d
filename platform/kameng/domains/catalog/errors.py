"""What the catalog refuses, by name."""

from kameng.kit.errors import Conflict, NotFound, Refusal


class ProductNotFound(NotFound):
    """No such product in the goods this site sees."""

    code = "product_not_found"


class SkuNotFound(NotFound):
    """No such SKU among the goods this site owns (or, for a listing, sees)."""

    code = "sku_not_found"


class CategoryNotFound(NotFound):
    """No such category among this site's own."""

    code = "category_not_found"


class NameMissing(Refusal):
    """A category, product or SKU needs a name."""

    code = "name_missing"


class TextTooLong(Refusal):
    """A text is longer than its field allows. Facts: field, limit."""

    code = "text_too_long"


class NameTaken(Conflict):
    """The same name stands beside it already. Facts: name."""

    code = "name_taken"


class GoodsForbidden(Refusal):
    """Grey goods nobody may list (limits.md). Facts: word, family."""

    code = "goods_forbidden"


class CeilingBelowFloor(Refusal):
    """The most a shopper may pay is less than the least a site may ask."""

    code = "ceiling_below_floor"


class PriceOutOfRange(Refusal):
    """A price is not above zero, or beyond what can be charged. Facts: field, limit."""

    code = "price_out_of_range"


class RefundDaysOutOfRange(Refusal):
    """Fewer than no days, or more than anybody can promise. Facts: limit."""

    code = "refund_days_out_of_range"


class QuantityLimitsCrossed(Refusal):
    """Least and most per order contradict each other or the platform. Facts: limit."""

    code = "quantity_limits_crossed"


class CategoryTooDeep(Refusal):
    """Categories nest three levels deep at most. Facts: limit."""

    code = "category_too_deep"


class EditedMeanwhile(Conflict):
    """Someone saved a newer version while this form was open."""

    code = "edited_meanwhile"


class CostMoved(Conflict):
    """Goods do not cost any more what the person saw. Facts: count, sku (the first)."""

    code = "cost_moved"


class OutOfStock(Conflict):
    """Fewer cards than wanted could be taken; nothing was taken. Facts: available, wanted."""

    code = "out_of_stock"


class NotACardSku(Refusal):
    """Secrets can be stocked and taken for SKUs of the card type only."""

    code = "not_a_card_sku"


class LineTakenOtherwise(Conflict):
    """This order line has cards already, in another quantity. Facts: taken, wanted."""

    code = "line_taken_otherwise"
