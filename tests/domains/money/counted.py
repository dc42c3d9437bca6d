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
    "SELECT a.tenant_id, a.kind, a.pending_debit::bigint AS amount FROM shared.ledger_account a"
    " WHERE a.chain[1] = :hub AND a.kind IN ('available', 'prepaid') AND a.owner_type = 'house'"
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
    " i.refunded, i.total AS paid, o.pay_method = 'own' AS own, r.lines AS under_way, l.id AS line"
    " FROM {schema}.shop_order o LEFT JOIN {schema}.order_refund r ON r.order_id = o.id"
    " AND r.state IN ('pending', 'failed')"
    " JOIN {schema}.order_line l ON l.order_id = o.id"
    " JOIN shared.order_index i ON i.order_id = o.id WHERE o.completed_at IS NOT NULL"
)
UNDELIVERED = (
    "SELECT state, sum(total)::bigint AS amount FROM {schema}.shop_order"
    " WHERE paid_at IS NOT NULL AND completed_at IS NULL AND pay_method <> 'own' GROUP BY 1"
)
OWED = (
    "SELECT coalesce(sum(r.amount), 0)::bigint AS amount FROM {schema}.order_refund r"
    " JOIN {schema}.shop_order o ON o.id = r.order_id"
    " WHERE r.state IN ('pending', 'failed') AND r.attempt_id IS NOT NULL"
    " AND o.pay_method <> 'own'"
)
HELD = (
    "SELECT {site} AS site, l.quantity, l.chain, l.extras FROM {schema}.shop_order o"
    " JOIN {schema}.order_line l ON l.order_id = o.id"
    " WHERE o.pay_method = 'own' AND o.state IN ('paying', 'paid')"
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
SPENT = (
    "SELECT d.tenant_id, sum(d.amount - u.refunded + coalesce(r.amount, 0))::bigint AS amount"
    " FROM shared.payment_dispute d JOIN shared.topup u ON u.id::text = d.reference"
    " LEFT JOIN LATERAL (SELECT sum(f.amount) AS amount FROM shared.refund_attempt f"
    "  WHERE f.attempt_id = d.attempt_id AND f.state <> 'failed') r ON true"
    " WHERE d.root_id = :hub AND d.purpose = 'topup' AND d.state = 'lost' AND u.payer = 'site'"
    " GROUP BY 1"
)
"""What banks took back of sites' top-ups beyond what came off their balances."""
DEBITS = ("clearing:stripe", "clearing:own", "cash_by_hand", "dispute_loss")
"""What stands on the debit side."""


class Counted:
    """The figures at one moment, in micro-units. Each is what the books say less what was counted,
    so at any two moments of an alliance all are the same."""

    def __init__(self, works: Works, owner: Engine) -> None:
        self.works, self.hub = works, works.sites[0]
        self.margins: defaultdict[int, int] = defaultdict(int)
        self.cost = self.rounding = self.platform = self.lost = self.given = 0
        self.passed: defaultdict[int, int] = defaultdict(int)
        self.held: defaultdict[int, int] = defaultdict(int)
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
        self.aside = {(row["tenant_id"], row["kind"]): row["amount"] for row in rows(SET_ASIDE)}
        self.balanced = tuple(behind.execute(text(BALANCED), every).one())
        self.filled = {(row["tenant_id"], row["payer"]): row["amount"] for row in rows(FILLED)}
        self.spent = {row["tenant_id"]: row["amount"] for row in rows(SPENT)}
        self.withdrawals = rows(WITHDRAWN)
        self.undelivered = each(UNDELIVERED)
        self.owed = sum(row["amount"] for row in (*each(OWED), *rows(LEAVING)))
        back: defaultdict[Any, int] = defaultdict(int)
        sold = each(LINES)
        for row in sold:
            back[row["id"]] += self._line(row)
        for row in each(HELD):
            self.held[row["site"]] += sum(_others(row).values())
        for row in sold:
            assert back[row["id"]] == (row["refunded"] or 0) <= row["paid"], row["id"]

    def _line(self, row: Any) -> int:
        """One delivered line: what of it is left to everybody. Answers what went back."""
        total, quantity = row["total"], row["quantity"]
        pieces, money = row["returned"] or 0, row["allowed"] or 0
        assert 0 <= pieces <= quantity
        share = _share(row, pieces, money)
        back = int(total * share) // FEN * FEN
        assert 0 <= back <= total
        kept = {name: _left(amount, share) for name, amount in _others(row).items()}
        self.cost += kept["cost"]
        self.platform += kept["fee"]
        for site, margin in kept.items():
            if isinstance(site, int):
                self.margins[site] += margin
        if row["own"]:
            self._passed_on(row, share)
        else:
            mine = _left(_mine(row), share)
            self.margins[row["site"]] += mine
            self.rounding += total - back - mine - sum(kept.values())
        return int(back)

    def _passed_on(self, row: Any, share: Fraction) -> None:
        """What a site that collected by itself paid for a line, and what of it others have given
        up for a refund whose money has not left yet."""
        others = _others(row).values()
        before = share
        for one in row["under_way"] or ():
            if one["line_id"] == str(row["line"]):
                pieces = (row["returned"] or 0) - one["pieces"]
                before = _share(row, pieces, (row["allowed"] or 0) - int(one["money"]))
        self.passed[row["site"]] += sum(_left(amount, before) for amount in others)
        self.given += sum(_left(amount, before) - _left(amount, share) for amount in others)

    def stands(self, site: Tenant, kind: str, owner: str = "house") -> int:
        amount: int = self.books.get((site.id, kind, owner), 0)
        return -amount if kind in DEBITS else amount

    def figures(self) -> dict[str, int]:
        """By name, what must not differ from one moment to another."""
        hub, ada = self.hub, self.works.sites[1]
        sent = {one: self._withdrawn(one.id, "amount", "paid") for one in self.works.sites}
        fees = sum(self._withdrawn(one.id, "fee", "paid") for one in self.works.sites)
        bank = self.works.bank
        at_provider = (bank.held_fen + sum(bank.unsaid.values())) * FEN
        refunding = self._undelivered("refunding", "refund_failed")
        found = {
            "cost": self.stands(hub, "supplier_cost") - self.cost,
            "rounding": self.stands(hub, "rounding") - self.rounding,
            "platform fee": self.stands(hub, "platform_fee") - self.platform,
            "at the provider": self.stands(hub, "clearing:stripe") - at_provider,
            "owed in money": self.stands(hub, "refund_due") - self.owed - refunding - self.given,
            "owed in goods": self.stands(hub, "order_liability")
            - self._undelivered("paid", "paid_late"),
            "cash": self.stands(hub, "cash_by_hand") + sum(sent.values()) - fees,
            "pay-out fees": self.stands(hub, "payout_fee") - fees,
            "package fees": self.stands(hub, "package_fee") - self._fees(ada.id),
        }
        for site in self.works.sites:
            found[f"earned by {site.slug}"] = self._earned(site, sent[site])
            found[f"set aside of {site.slug}"] = self._aside(site, "available") - self._withdrawn(
                site.id, "amount", "asked", "approved", "paying"
            )
            held = self.held[site.id]
            found[f"held for orders of {site.slug}"] = self._aside(site, "prepaid") - held
            taken = self.works.own[site.id].sold_fen * FEN if site.id in self.works.own else 0
            found[f"own account of {site.slug}"] = self.stands(site, "clearing:own") - taken
            found[f"own sales of {site.slug}"] = self.stands(site, "own_sales") - taken
            found[f"wallet at {site.slug}"] = self._wallet(site)
            found[f"balance of {site.slug}"] = self._prepaid(site)
        return found

    def _earned(self, site: Tenant, sent: int) -> int:
        """withdrawn + turned + available with holds + pending - debt = earned - given back, less
        what a bank took back of top-ups that were spent."""
        below = [one.id for one in self.works.sites if one.chain[-2:-1] == (site.id,)]
        fees = 0 if site.is_root else sum(self._fees(one) for one in below)
        here = self.stands(site, "available") + self.stands(site, "margin")
        earned = self.margins[site.id] + fees - self.spent.get(site.id, 0)
        return sent + _of(site, self.works.turned) + here - earned

    def _aside(self, site: Tenant, kind: str) -> int:
        return int(self.aside.get((site.id, kind), 0))

    def _prepaid(self, site: Tenant) -> int:
        mine = self.works
        come = _of(site, mine.turned) + self.filled.get((site.id, "site"), 0)
        gone = (0 if site.is_root else _of(site, mine.credited)) + self._fees(site.id)
        gone += self.passed[site.id]
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


def _others(row: Any) -> dict[Any, int]:
    """What everybody but the selling site has in a line as it was sold; sites by their id."""
    quantity = row["quantity"]
    assert all(one["kind"] == "platform_fee" for one in row["extras"] or ())
    found: dict[Any, int] = {
        one["tenant_id"]: (int(one["price"]) - int(one["cost"])) * quantity
        for one in row["chain"]
        if one["tenant_id"] != row["site"]
    }
    found["cost"] = int(row["chain"][0]["cost"]) * quantity
    found["fee"] = sum(int(one["amount"]) for one in row["extras"] or ())
    return found


def _mine(row: Any) -> int:
    """The selling site's own part, before rounding."""
    mine = sum(
        int(one["price"]) - int(one["cost"])
        for one in row["chain"]
        if one["tenant_id"] == row["site"]
    )
    return mine * int(row["quantity"]) - sum(int(one["amount"]) for one in row["extras"] or ())


def _share(row: Any, pieces: int, money: int) -> Fraction:
    """How much of a line is back when so many pieces and so much money are."""
    part = Fraction(money, row["total"]) if row["total"] else Fraction(0)
    return min(Fraction(1), Fraction(pieces, row["quantity"]) + part)


def _left(amount: int, share: Fraction) -> int:
    return amount - amount * share.numerator // share.denominator


def _of(site: Tenant, amounts: dict[tuple[int, str], Any]) -> int:
    return sum(money.micro for (at, _), money in amounts.items() if at == site.id)
