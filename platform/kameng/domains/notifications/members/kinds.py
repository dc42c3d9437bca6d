"""The mails to a member about being paid: those that can be switched off, and those that cannot,
since who does not know of them loses money. Pure."""

from __future__ import annotations

from enum import StrEnum


class Mail(StrEnum):
    """One kind of mail to a member."""

    PAYEE_SENT = "payee_sent"
    PAYEE_VERIFIED = "payee_verified"
    PAYEE_REFUSED = "payee_refused"
    ACCOUNT_SENT = "account_sent"
    ACCOUNT_VERIFIED = "account_verified"
    ACCOUNT_REFUSED = "account_refused"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWAL_APPROVED = "withdrawal_approved"
    WITHDRAWAL_REJECTED = "withdrawal_rejected"
    WITHDRAWAL_PAID = "withdrawal_paid"
    WITHDRAWAL_FAILED = "withdrawal_failed"
    WITHDRAWAL_CANCELLED = "withdrawal_cancelled"


ALWAYS = frozenset(
    {
        *(Mail.PAYEE_SENT, Mail.ACCOUNT_SENT, Mail.ACCOUNT_VERIFIED),
        *(Mail.WITHDRAWAL_PAID, Mail.WITHDRAWAL_FAILED),
    }
)
"""A stolen session begins with another payee or account; money that left or came back is looked
for at once."""
CHOICES = tuple(one for one in Mail if one not in ALWAYS)
"""What a member may switch off, in the order of the page."""
