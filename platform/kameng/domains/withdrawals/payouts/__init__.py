"""Ways the money leaves: one file each behind the Protocol in base, and a dict of them.

`manual` works everywhere: a person sends the money and shows the proof. `stripe` sends it itself,
in the regions that have it: it is asked between two commits (kit.calls) and brings its own
reference.
"""

from collections.abc import Callable

from kameng.domains.withdrawals.payouts import stripe
from kameng.domains.withdrawals.payouts.base import Payout, PayoutGateway, Proof, Provider
from kameng.domains.withdrawals.payouts.manual import Manual

GATEWAYS: dict[str, PayoutGateway] = {Manual.code: Manual()}
PROVIDERS: dict[str, Callable[[], Provider]] = {stripe.CODE: stripe.provider}

__all__ = ["GATEWAYS", "PROVIDERS", "Payout", "PayoutGateway", "Proof", "Provider"]
