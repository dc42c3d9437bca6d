"""The daily proof, beside the clock so that nothing waits for it, and `kameng prove`."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import datetime, time
from typing import TYPE_CHECKING

from kameng.domains.ledger.statements.rules import SHOP_TIME
from kameng.domains.proofs import queries
from kameng.domains.proofs.queries import RunFacts
from kameng.faces.frame import proving
from kameng.faces.worker.refused import StartRefused
from kameng.kit import cache
from kameng.kit.audit import SYSTEM
from tenants import registry
from tenants.context import at, shared, use
from tenants.tree import Tenant

if TYPE_CHECKING:
    from kameng.config import Settings

FROM = time(4, 30)
"""The shop's hour from which a day is proved: settlements of the night are done."""
CLAIMED = 6 * 3600
_at_work = threading.Lock()
_log = logging.getLogger(__name__)


def begin_daily(now: datetime) -> threading.Thread | None:
    """Prove every master of this cell that has not been proved today, in a thread of its own; one
    at a time, and by one clock only."""
    here = now.astimezone(SHOP_TIME)
    if here.time() < FROM or _at_work.locked():
        return None
    due = [root for root in _roots() if _is_due(root, here)]
    if not due:
        return None
    thread = threading.Thread(target=_prove_all, args=(due,), name="proof", daemon=True)
    thread.start()
    return thread


def _roots() -> list[Tenant]:
    with shared():
        found = registry.masters()
    return [one for one in found if one.state != registry.BEHIND]


def _is_due(root: Tenant, here: datetime) -> bool:
    with use(root):
        last = queries.last(root)
    return last is None or last.at.astimezone(SHOP_TIME).date() < here.date()


def _prove_all(roots: list[Tenant]) -> None:
    with _at_work:
        for root in roots:
            try:
                if _claimed(root):
                    with at(root.cell):
                        proving.prove(root, actor=SYSTEM)
            except Exception:  # noqa: BLE001 - the other masters' books are proved all the same
                _log.exception("the books of %s could not be proved", root.slug)


def _claimed(root: Tenant) -> bool:
    """Whether it is this clock that proves these books now; tried again after some hours."""
    kept = cache.client().set(cache.key(root, "proof-under-way"), 1, nx=True, ex=CLAIMED)
    return bool(kept)


def run(chosen: Settings, slug: str) -> int:
    """Prove one master's books, or all of them, with a bar; 1 when any do not hold."""
    from kameng import wiring

    wiring.connect(chosen)
    roots = [root for root in _roots() if slug in ("", root.slug)]
    if not roots:
        raise StartRefused(f"There is no master site {slug!r} whose books could be proved.")
    held = [_prove(root) for root in roots]
    return 0 if all(held) else 1


def _prove(root: Tenant) -> bool:
    made = proving.prove(root, actor=SYSTEM, told=lambda done, of: _bar(root, done, of))
    print(file=sys.stderr)
    with use(root):
        found = queries.run(root, made)
        _print(root, found)
    return found.holds


def _bar(root: Tenant, done: int, of: int) -> None:
    print(f"\r{root.slug}: {done} of {of} sites", end="", file=sys.stderr, flush=True)


def _print(root: Tenant, found: RunFacts) -> None:
    print(
        f"{root.slug}: {found.state}; {found.txns:,} transactions, {found.entries:,} entries,"
        f" {found.sites:,} sites, {found.found:,} differences"
    )
    for check in found.checks:
        mark = "could not be made" if check.failed else f"{check.found:,} differences"
        print(f"  {check.name:24}{check.ms:>8} ms  {mark}")
    for one in queries.differences(found.id, size=50):
        print(f"  {one.name}: {one.subject}: {one.found} instead of {one.expected}")
        for row in one.rows[:10]:
            print("    " + ", ".join(f"{key} {value}" for key, value in row.items()))
