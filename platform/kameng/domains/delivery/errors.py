"""What delivery refuses, by name."""

from kameng.kit.errors import Refusal


class CannotDeliver(Refusal):
    """Nothing here can deliver this kind of goods. Facts: stock_type."""

    code = "cannot_deliver"


class DeliveryIncomplete(Refusal):
    """Fewer secrets came out than were bought: nothing of it was handed over. Facts: line."""

    code = "delivery_incomplete"
