"""The verbs of orders, in the order an order lives. Each sub-package answers for its part; the
faces and reactions come in here."""

from kameng.domains.orders.aftersale.queries import by_id as refund_of
from kameng.domains.orders.aftersale.rules import Wanted, Way, Window
from kameng.domains.orders.arrivals.service import (
    cancel,
    close_mismatch,
    expire,
    may_close_mismatch,
    payment_arrived,
)
from kameng.domains.orders.board.queries import stuck
from kameng.domains.orders.checkout.service import (
    Bought,
    buy_from_balance,
    pay_from_balance,
    place,
    start_payment,
)
from kameng.domains.orders.disputes.holding import may_release, release
from kameng.domains.orders.disputes.service import disputed
from kameng.domains.orders.handover.service import fulfil
from kameng.domains.orders.outside.service import (
    outside_seen_to,
    refund_settled,
    refunded_outside,
)
from kameng.domains.orders.queries import by_id as facts_of
from kameng.domains.orders.returns.goods import (
    give_back_goods,
    give_up_refund,
    reveal,
    seen_to,
)
from kameng.domains.orders.returns.service import (
    may_refund,
    refund,
    retry_goods,
    retry_refund,
    still_owed,
)
from kameng.domains.orders.rules import REFUNDABLE, Basket, Item
from kameng.domains.orders.shopper import PaymentStarted, Shopper

__all__ = [
    "REFUNDABLE",
    "Basket",
    "Bought",
    "Item",
    "PaymentStarted",
    "Shopper",
    "Wanted",
    "Way",
    "Window",
    "buy_from_balance",
    "cancel",
    "close_mismatch",
    "disputed",
    "expire",
    "facts_of",
    "fulfil",
    "give_back_goods",
    "give_up_refund",
    "may_close_mismatch",
    "may_refund",
    "may_release",
    "outside_seen_to",
    "pay_from_balance",
    "payment_arrived",
    "place",
    "refund",
    "refund_of",
    "refund_settled",
    "refunded_outside",
    "release",
    "retry_goods",
    "retry_refund",
    "reveal",
    "seen_to",
    "start_payment",
    "still_owed",
    "stuck",
]
