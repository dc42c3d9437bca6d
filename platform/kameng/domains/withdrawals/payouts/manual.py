"""A person sends the money at the bank and brings the proof: the way that works everywhere."""

from __future__ import annotations

from kameng.domains.withdrawals import rules
from kameng.domains.withdrawals.payouts.base import Payout, Proof
from kameng.kit import pictures


class Manual:
    """Takes what the person brings, if it is a proof."""

    code = "manual"

    def paid(self, payout: Payout, told: Proof) -> Proof:
        """The same proof, checked. Refuses BadProof, BadPicture."""
        drawn = pictures.clean(told.picture) if told.picture else b""
        return Proof(rules.check_proof(told.text, has_picture=bool(drawn)), drawn)
