"""Ways the money leaves: one file each behind the Protocol in base, and a dict of them.

`manual` works everywhere: a person sends the money and shows the proof. A way that asks a provider
does so between two commits (kit.calls) and brings the provider's own reference.
"""

from kameng.domains.withdrawals.payouts.base import Payout, PayoutGateway, Proof
from kameng.domains.withdrawals.payouts.manual import Manual

GATEWAYS: dict[str, PayoutGateway] = {Manual.code: Manual()}

__all__ = ["GATEWAYS", "Payout", "PayoutGateway", "Proof"]
