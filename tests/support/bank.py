"""A payment provider inside the process: what the gateways' Protocol asks for, and an account of
its own that the books must agree with. Its orders are given by the test, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from kameng.domains.payments.rules import (
    AttemptFacts,
    Kept,
    Movement,
    Notice,
    ProviderDispute,
    ProviderRefund,
    Purchase,
    Session,
)
from kameng.kit import clock
from kameng.kit.calls import CallRefused
from kameng.kit.money import Money

DISPUTE_FEE = 1_500
"""In fen."""


@dataclass
class Payment:
    """What was paid on one page, and what has left of it since."""

    session: Session
    given_back: dict[str, int] = field(default_factory=dict)
    dispute: str = ""


@dataclass
class Bank:
    """Everything it knows; `held_fen` is what lies with it for us, `sold_fen` what was paid there
    and has not been refunded, whatever was disputed of it. It keeps `keeps` percent of every
    payment, and says of every second one only later that it did: `unsaid`, by page."""

    name: str = "bank"
    live: bool = False
    held_fen: int = 0
    sold_fen: int = 0
    keeps: int = 0
    refunds_end: str = "succeeded"
    unsaid: dict[str, int] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    pages: dict[str, Session] = field(default_factory=dict)
    refunds: dict[str, ProviderRefund] = field(default_factory=dict)
    disputes: dict[str, ProviderDispute] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    # what a shopper, the bank's clerks and other banks do

    def pay(self, page: str) -> None:
        """The button on a payment page."""
        with self.lock:
            known = self.pages[page]
            fee = known.amount_fen * self.keeps // 100
            is_slow = bool(fee and len(self.payments) % 2)
            said = Kept(fee, fee, "CNY") if fee and not is_slow else None
            paid = replace(known, status="complete", paid=True, payment=f"pi_{page}", kept=said)
            self.pages[page] = paid
            self.payments[f"pi_{page}"] = Payment(paid)
            self.held_fen += paid.amount_fen - fee
            self.sold_fen += paid.amount_fen
            self.unsaid |= {page: fee} if is_slow else {}

    def say_fees(self) -> None:
        """What it kept and has not said yet."""
        with self.lock:
            for page, fee in self.unsaid.items():
                self.pages[page] = replace(self.pages[page], kept=Kept(fee, fee, "CNY"))
            self.unsaid.clear()

    def finish(self, refund: str, status: str) -> None:
        """A refund under way comes to its end."""
        with self.lock:
            known = self.refunds[refund]
            if known.status == "pending":
                self.refunds[refund] = replace(known, status=status)
                self._count(refund, status)

    def open_dispute(self, payment: str, fen: int) -> str:
        """The shopper's bank takes back what has not gone back already, or a part; with a fee."""
        with self.lock:
            paid = self.payments[payment]
            left = paid.session.amount_fen - sum(paid.given_back.values())
            assert not paid.dispute
            number, now = f"du_{payment}", clock.now()
            taken = max(min(fen, left), 1)
            paid.dispute = "needs_response"
            self.disputes[number] = ProviderDispute(
                number, "needs_response", "fraudulent", taken, "cny", False, payment,
                paid.session.attempt_id, now, now + timedelta(days=7),
                (Movement(f"{number}_out", -taken, DISPUTE_FEE),),
            )  # fmt: skip
            self.held_fen -= taken + DISPUTE_FEE
            return number

    def end_dispute(self, dispute: str, status: str) -> None:
        """Won: all but the fee comes back. Lost: nothing."""
        with self.lock:
            known = self.disputes[dispute]
            self.payments[known.payment].dispute = status
            back = () if status == "lost" else (Movement(f"{dispute}_in", known.amount_fen, 0),)
            moved = (*known.movements, *back)
            self.disputes[dispute] = replace(known, status=status, movements=moved)
            self.held_fen += sum(one.amount_fen for one in back)

    # what the platform asks of it

    def request(self, attempt: AttemptFacts, purchase: Purchase) -> dict[str, Any]:
        return {
            "attempt": str(attempt.id),
            "tenant": str(attempt.tenant_id),
            "reference": purchase.reference,
            "fen": purchase.amount.fen,
            "currency": purchase.amount.currency.lower(),
        }

    def open(self, request: dict[str, Any], key: str) -> Session:
        with self.lock:
            page = f"cs_{request['attempt']}"
            made = Session(
                page, "open", False, request["fen"], request["currency"], False, None,
                request["tenant"], request["reference"], request["attempt"], f"https://pay/{page}",
            )  # fmt: skip
            return self.pages.setdefault(page, made)

    def read(self, session: str) -> Session | None:
        return self.pages.get(session)

    def close(self, session: str) -> Session | None:
        with self.lock:
            known = self.pages[session]
            if not known.paid:
                self.pages[session] = replace(known, status="expired")
            return self.pages[session]

    def find(self, attempt_id: str, since: datetime) -> Session | None:
        return self.pages.get(f"cs_{attempt_id}")

    def paid_since(self, since: datetime) -> Iterator[Session]:
        return iter([one for one in list(self.pages.values()) if one.paid])

    def refund(self, payment: str, amount: Money, refund_id: str, key: str) -> ProviderRefund:
        """The same key is the same refund; what is disputed is not given back."""
        with self.lock:
            number = f"re_{refund_id}"
            if number in self.refunds:
                return self.refunds[number]
            paid = self.payments[payment]
            if paid.dispute in ("needs_response", "lost"):
                raise CallRefused("the charge is disputed")
            left = paid.session.amount_fen - sum(paid.given_back.values())
            assert amount.fen <= left, "more is to go back than was paid"
            paid.given_back[number] = amount.fen
            self.refunds[number] = ProviderRefund(
                number, self.refunds_end, refund_id, None, amount.fen, "cny", payment
            )
            self._count(number, self.refunds_end)
            return self.refunds[number]

    def read_refund(self, refund: str) -> ProviderRefund:
        return self.refunds[refund]

    def find_refund(self, refund_id: str, since: datetime) -> ProviderRefund | None:
        return self.refunds.get(f"re_{refund_id}")

    def refunds_since(self, since: datetime) -> Iterator[ProviderRefund]:
        return iter(list(self.refunds.values()))

    def refunds_of(self, payment: str) -> Iterator[ProviderRefund]:
        return iter([one for one in list(self.refunds.values()) if one.payment == payment])

    def read_dispute(self, dispute: str) -> ProviderDispute | None:
        return self.disputes.get(dispute)

    def disputes_since(self, since: datetime) -> Iterator[ProviderDispute]:
        return iter(list(self.disputes.values()))

    def account(self) -> str:
        """Whose account it is."""
        return f"acct_{self.name}"

    def verify(self, raw: bytes, signature: str) -> Notice:
        raise NotImplementedError

    def reread(self, raw: bytes) -> Notice:
        raise NotImplementedError

    def _count(self, refund: str, status: str) -> None:
        paid = next(one for one in self.payments.values() if refund in one.given_back)
        if status == "succeeded":
            self.held_fen -= paid.given_back[refund]
            self.sold_fen -= paid.given_back[refund]
        elif status == "failed":
            del paid.given_back[refund]
