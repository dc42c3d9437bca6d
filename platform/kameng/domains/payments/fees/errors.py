"""What is refused about the fees of providers."""

from kameng.kit.errors import Refusal


class BadChannelFee(Refusal):
    """Below zero, above the most, or no whole fen. Facts: most_percent, most_flat."""

    code = "bad_channel_fee"
