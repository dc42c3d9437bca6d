"""What a provider keeps of a payment, and what of it comes back with a refund. Pure."""

from dataclasses import dataclass

from kameng.domains.ledger.rules import AccountKey, AccountKind, Line, credit, debit, house
from kameng.domains.payments.fees.errors import BadChannelFee
from kameng.kit.money import FEN, Money, Percent

MOST_PERCENT, MOST_FLAT = Percent.of("20"), Money.of("100")
NO_SHARE, NOTHING = Percent(0), Money(0)


@dataclass(frozen=True, slots=True)
class ChannelFee:
    """A share of each payment and so much besides; `returns`: whether a refund brings it back in
    proportion (Stripe keeps it)."""

    percent: Percent = NO_SHARE
    flat: Money = NOTHING
    returns: bool = False

    def of(self, amount: Money) -> Money:
        """The fee of one payment in whole fen, never more than the payment."""
        fee = (amount.share(self.percent) + Money(self.flat.micro, amount.currency)).payable()
        return min(fee, amount)


def checked(fee: ChannelFee) -> ChannelFee:
    """The fee, if a provider could have it."""
    fits = 0 <= fee.percent.ppm <= MOST_PERCENT.ppm
    if not fits or not 0 <= fee.flat.micro <= MOST_FLAT.micro or fee.flat.micro % FEN:
        raise BadChannelFee(most_percent=MOST_PERCENT, most_flat=MOST_FLAT)
    return fee


def back(fee: Money, paid: Money, refunded: Money) -> Money:
    """What of a fee has come back when so much of a payment was refunded: in proportion, in whole
    fen, all of it in the end."""
    share = fee.micro * min(refunded.micro, paid.micro) // paid.micro
    return Money(share // FEN * FEN, fee.currency)


def received(root_id: int, amount: Money, fee: Money | None) -> list[Line]:
    """The debit side of a payment: the provider owes us what it did not keep."""
    kept = fee or Money.zero(amount.currency)
    clearing, fees = _accounts(root_id, amount.currency)
    return [debit(one, part) for one, part in ((clearing, amount - kept), (fees, kept)) if part]


def left(root_id: int, amount: Money, fee_back: Money | None) -> list[Line]:
    """The credit side of a refund that has left: less what of the fee comes back with it."""
    given = fee_back or Money.zero(amount.currency)
    clearing, fees = _accounts(root_id, amount.currency)
    return [credit(one, part) for one, part in ((clearing, amount - given), (fees, given)) if part]


def corrected(root_id: int, more: Money) -> list[Line]:
    """The provider kept so much more than was agreed, or less: the master's cost follows it."""
    clearing, fees = _accounts(root_id, more.currency)
    return [debit(fees, more), credit(clearing, more)]


def _accounts(root_id: int, currency: str) -> tuple[AccountKey, AccountKey]:
    kinds = AccountKind.CLEARING_STRIPE, AccountKind.CHANNEL_FEE
    clearing, fees = (house(root_id, kind, currency) for kind in kinds)
    return clearing, fees
