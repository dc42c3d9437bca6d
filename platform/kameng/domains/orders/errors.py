"""What orders refuses, by name; a refused verb has moved nothing."""

from kameng.kit.errors import Conflict, Forbidden, NotFound, Refusal, TooMany


class BasketEmpty(Refusal):
    """Nothing to buy, or the same goods twice."""

    code = "basket_empty"


class NotForSale(Refusal):
    """This site does not sell it now. Facts: sku_id."""

    code = "not_for_sale"


class QuantityOutOfRange(Refusal):
    """Fewer or more than may be bought at once. Facts: minimum, maximum."""

    code = "quantity_out_of_range"


class SiteMoved(Conflict):
    """The site was put elsewhere in its alliance at this very moment; its prices are others now."""

    code = "site_moved"


class PriceChanged(Conflict):
    """The price is no longer the one the shopper saw. Facts: sku_id, shown, price."""

    code = "price_changed"


class NothingToPay(Refusal):
    """The total is not above zero: a price is missing, and nothing is given away by mistake."""

    code = "nothing_to_pay"


class ContactInvalid(Refusal):
    """The contact is empty, too long, or holds control characters."""

    code = "contact_invalid"


class QueryPasswordNeeded(Refusal):
    """A guest needs a query password of a sensible length. Facts: shortest, longest."""

    code = "query_password_needed"


class AdultStatementMissing(Refusal):
    """These goods are for adults, and the shopper has not said that he is one."""

    code = "adult_statement_missing"


class OrderNotFound(NotFound):
    """No such order, or the password is wrong: both get this same answer."""

    code = "order_not_found"


class TooManyTries(TooMany):
    """Too many questions about orders from this address, or about this order."""

    code = "too_many_tries"


class OrderClosed(Conflict):
    """The order can no longer be paid or cancelled. Facts: state."""

    code = "order_closed"


class RefundNotPossible(Conflict):
    """In this state there is nothing to give back. Facts: state."""

    code = "refund_not_possible"


class NothingToRefund(Refusal):
    """No line was chosen, one was named twice, or it comes to less than a fen."""

    code = "nothing_to_refund"


class MoreThanBought(Refusal):
    """More pieces than are left, or fewer than none. Facts: left, name."""

    code = "more_than_bought"


class MoreThanPaid(Refusal):
    """More money than is left of what was paid for the line. Facts: asked, left, name."""

    code = "more_than_paid"


class RefundAmountOdd(Refusal):
    """The amount is not above zero, or no whole number of fen. Facts: amount."""

    code = "refund_amount_odd"


class RefundWindowOver(Refusal):
    """The promised days are over. Facts: until, days."""

    code = "refund_window_over"


class RefundReasonMissing(Refusal):
    """No reason, or too long a one. Facts: most."""

    code = "refund_reason_missing"


class NoBalanceToRefundTo(Refusal):
    """The order is a guest's, who has no balance."""

    code = "no_balance_to_refund_to"


class ShopOutOfFunds(Refusal):
    """The site collects by itself, and its balance does not pay for the order. Facts: needed,
    balance; not for the shopper's eyes."""

    code = "shop_out_of_funds"


class TooManyUnpaid(Refusal):
    """The shopper has as many unpaid payment pages open here as he may. Facts: most."""

    code = "too_many_unpaid"


class OwnMoneyGoesBack(Refusal):
    """Paid to the site's own account: the master has nothing of it to put on a balance."""

    code = "own_money_goes_back"


class RefundMoved(Conflict):
    """Something was given back since the page was drawn."""

    code = "refund_moved"


class RefundRepeated(Conflict):
    """Another refund was made under this id."""

    code = "refund_repeated"


class NotHeld(Conflict):
    """The order is not held back, or no more. Facts: state."""

    code = "order_not_held"


class NotYoursToRefund(Forbidden):
    """The money lies on the account of the site that sold: it alone, or the master, sends it
    back."""

    code = "not_yours_to_refund"


class MasterReleases(Forbidden):
    """The loss would be the master's, so the master lets the goods go."""

    code = "master_releases"


class PaymentDisputed(Conflict):
    """The bank has taken this payment back, or is about to: giving it back too would pay twice."""

    code = "payment_disputed"


class IllegalMove(Conflict):
    """An order does not go from this state to that one. Facts: state, to."""

    code = "illegal_move"
