"""Every figure of an alliance's books counted a second way: from the lines that were sold, from
what the provider holds, from what people were told. It reads behind the policies and asks none of
the code that books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Engine, text

from kameng.domains.orders.service import Way
from kameng.kit.money import FEN
from tenants.tree import Tenant
from tests.domains.money.works import Works

ENTRIES = (
    "SELECT a.tenant_id, a.kind, a.owner_type, sum(-e.amount)::bigint AS amount"
    " FROM shared.ledger_entry e JOIN shared.ledger_account a ON a.id = e.account_id"
    " WHERE a.chain[1] = :hub AND NOT e.pending GROUP BY 1, 2, 3"
)
SET_ASIDE = (
    "SELECT a.tenant_id, a.pending_debit::bigint AS amount FROM shared.ledger_account a"
    " WHERE a.chain[1] = :hub AND a.kind = 'available' AND a.owner_type = 'house'"
)
BALANCED = (
    "SELECT (SELECT coalesce(sum(amount), 0) FROM shared.ledger_entry WHERE chain[1] = :hub),"
    " (SELECT count(*) FROM shared.ledger_account a WHERE a.chain[1] = :hub AND a.floor_zero"
    "  AND a.posted_credit - a.posted_debit - a.pending_debit < 0),"
    " (SELECT count(*) FROM shared.ledger_account a LEFT JOIN (SELECT account_id,"
    "   sum(-amount) AS amount FROM shared.ledger_entry WHERE NOT pending GROUP BY 1) e"
    "  ON e.account_id = a.id WHERE a.chain[1] = :hub AND NOT a.hot"
    "  AND a.posted_credit - a.posted_debit <> coalesce(e.amount, 0))"
)
LINES = (
    "SELECT {site} AS site, o.id, l.quantity, l.total, l.chain, l.extras, l.returned, l.allowed,"
    " i.refunded, i.total AS paid FROM {schema}.shop_order o"
    " JOIN {schema}.order_line l ON l.order_id = o.id"
    " JOIN shared.order_index i ON i.order_id = o.id WHERE o.completed_at IS NOT NULL"
)
UNDELIVERED = (
    "SELECT state, sum(total)::bigint AS amount FROM {schema}.shop_order"
    " WHERE paid_at IS NOT NULL AND completed_at IS NULL GROUP BY 1"
)
OWED = (
    "SELECT coalesce(sum(amount), 0)::bigint AS amount FROM {schema}.order_refund"
    " WHERE state IN ('pending', 'failed') AND attempt_id IS NOT NULL"
)
LEAVING = (
    "SELECT coalesce(sum(amount), 0)::bigint AS amount FROM shared.refund_attempt"
    " WHERE tenant_id = ANY(:sites) AND purpose = 'topup'"
    " AND state IN ('submitting', 'unknown', 'pending')"
)
FILLED = (
    "SELECT tenant_id, payer, sum(amount - refunded)::bigint AS amount FROM shared.topup"
    " WHERE root_id = :hub AND state = 'paid' GROUP BY 1, 2"
)
WITHDRAWN = (
    "SELECT tenant_id, state, sum(amount)::bigint AS amount, sum(fee)::bigint AS fee"
    " FROM shared.withdrawal WHERE root_id = :hub GROUP BY 1, 2"
)
DEBITS = ("clearing:stripe", "cash_by_hand", "dispute_loss")
"""What stands on the debit side."""


class Counted:
    """The figures at one moment, in micro-units. Each is what the books say less what was counted,
    so at any two moments of an alliance all are the same."""

    def __init__(self, works: Works, owner: Engine) -> None:
        self.works, self.hub = works, works.sites[0]
        self.margins: defaultdict[int, int] = defaultdict(int)
        self.cost = self.rounding = self.platform = self.lost = 0
        with owner.connect() as behind:
            self._read(behind)

    def _read(self, behind: Connection) -> None:
        every = {"hub": self.hub.id, "sites": [one.id for one in self.works.sites]}

        def rows(statement: str) -> Sequence[Any]:
            return behind.execute(text(statement), every).mappings().all()

        def each(statement: str) -> Sequence[Any]:
            named = [statement.format(schema=one.schema, site=one.id) for one in self.works.sites]
            return rows(" UNION ALL ".join(f"({one})" for one in named))

        self.books = {
            (row["tenant_id"], row["kind"], row["owner_type"]): row["amount"]
            for row in rows(ENTRIES)
        }
        self.aside = {row["tenant_id"]: row["amount"] for row in rows(SET_ASIDE)}
        self.balanced = tuple(behind.execute(text(BALANCED), every).one())
        self.filled = {(row["tenant_id"], row["payer"]): row["amount"] for row in rows(FILLED)}
        self.withdrawals = rows(WITHDRAWN)
        self.undelivered = each(UNDELIVERED)
        self.owed = sum(row["amount"] for row in (*each(OWED), *rows(LEAVING)))
        back: defaultdict[Any, int] = defaultdict(int)
        sold = each(LINES)
        for row in sold:
            back[row["id"]] += self._line(row)
        for row in sold:
            assert back[row["id"]] == (row["refunded"] or 0) <= row["paid"], row["id"]

    def _line(self, row: Any) -> int:
        """One delivered line: what of it is left to everybody. Answers what went back."""
        total, quantity = row["total"], row["quantity"]
        pieces, money = row["returned"] or 0, row["allowed"] or 0
        assert 0 <= pieces <= quantity
        part = Fraction(money, total) if total else Fraction(0)
        share = min(Fraction(1), Fraction(pieces, quantity) + part)
        back = int(total * share) // FEN * FEN
        assert 0 <= back <= total

        def left(amount: int) -> int:
            return amount - amount * share.numerator // share.denominator

        steps = {
            one["tenant_id"]: (int(one["price"]) - int(one["cost"])) * quantity
            for one in row["chain"]
        }
        assert all(one["kind"] == "platform_fee" for one in row["extras"] or ())
        fee = sum(int(one["amount"]) for one in row["extras"] or ())
        steps[row["site"]] -= fee
        cost = left(int(row["chain"][0]["cost"]) * quantity)
        for site, margin in steps.items():
            self.margins[site] += left(margin)
        self.cost, self.platform = self.cost + cost, self.platform + left(fee)
        shares = sum(left(margin) for margin in steps.values())
        self.rounding += total - back - shares - cost - left(fee)
        return int(back)

    def stands(self, site: Tenant, kind: str, owner: str = "house") -> int:
        amount: int = self.books.get((site.id, kind, owner), 0)
        return -amount if kind in DEBITS else amount

    def figures(self) -> dict[str, int]:
        """By name, what must not differ from one moment to another."""
        hub, ada = self.hub, self.works.sites[1]
        sent = {one: self._withdrawn(one.id, "amount", "paid") for one in self.works.sites}
        fees = sum(self._withdrawn(one.id, "fee", "paid") for one in self.works.sites)
        at_provider = self.works.bank.held_fen * FEN
        refunding = self._undelivered("refunding", "refund_failed")
        found = {
            "cost": self.stands(hub, "supplier_cost") - self.cost,
            "rounding": self.stands(hub, "rounding") - self.rounding,
            "platform fee": self.stands(hub, "platform_fee") - self.platform,
            "at the provider": self.stands(hub, "clearing:stripe") - at_provider,
            "owed in money": self.stands(hub, "refund_due") - self.owed - refunding,
            "owed in goods": self.stands(hub, "order_liability")
            - self._undelivered("paid", "paid_late"),
            "cash": self.stands(hub, "cash_by_hand") + sum(sent.values()) - fees,
            "pay-out fees": self.stands(hub, "payout_fee") - fees,
            "package fees": self.stands(hub, "package_fee") - self._fees(ada.id),
        }
        for site in self.works.sites:
            found[f"earned by {site.slug}"] = self._earned(site, sent[site])
            found[f"set aside of {site.slug}"] = self.aside.get(site.id, 0) - self._withdrawn(
                site.id, "amount", "asked", "approved", "paying"
            )
            found[f"wallet at {site.slug}"] = self._wallet(site)
            found[f"balance of {site.slug}"] = self._prepaid(site)
        return found

    def _earned(self, site: Tenant, sent: int) -> int:
        """withdrawn + turned + available with holds + pending - debt = earned - given back."""
        below = [one.id for one in self.works.sites if one.chain[-2:-1] == (site.id,)]
        fees = 0 if site.is_root else sum(self._fees(one) for one in below)
        here = self.stands(site, "available") + self.stands(site, "margin")
        return sent + _of(site, self.works.turned) + here - self.margins[site.id] - fees

    def _prepaid(self, site: Tenant) -> int:
        mine = self.works
        come = _of(site, mine.turned) + self.filled.get((site.id, "site"), 0)
        gone = (0 if site.is_root else _of(site, mine.credited)) + self._fees(site.id)
        return self.stands(site, "prepaid") - come + gone

    def _wallet(self, site: Tenant) -> int:
        mine = self.works
        come = _of(site, mine.credited) + self.filled.get((site.id, "member"), 0)
        come += sum(
            money.micro
            for sold, money, way in mine.returned.values()
            if sold.site == site and way is Way.BALANCE
        )
        gone = sum(one.total.micro for one in mine.sold if one.site == site and not one.page)
        return self.stands(site, "wallet", "member") - come + gone

    def _withdrawn(self, site: int, what: str, *states: str) -> int:
        mine = [row for row in self.withdrawals if row["tenant_id"] == site]
        return sum(int(row[what]) for row in mine if row["state"] in states)

    def _undelivered(self, *states: str) -> int:
        return sum(int(row["amount"]) for row in self.undelivered if row["state"] in states)

    def _fees(self, site: int) -> int:
        return sum(fee.micro for at, fee in self.works.fees if at == site)


def _of(site: Tenant, amounts: dict[tuple[int, str], Any]) -> int:
    return sum(money.micro for (at, _), money in amounts.items() if at == site.id)
