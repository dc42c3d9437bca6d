"""Figures of the card stock: how long a large upload of secrets takes, end to end."""

from __future__ import annotations

import random
import statistics
import time
from uuid import UUID

from bench import figure
from kameng import wiring
from kameng.domains.catalog import service as catalog
from kameng.domains.catalog.rules import ProductDraft, SkuDraft
from kameng.domains.catalog.stock import service as stock
from kameng.kit import clock
from kameng.kit.audit import SYSTEM
from kameng.kit.money import Money
from tenants.context import use
from tenants.database import session
from tenants.tree import Tenant
from tests.support import databases
from tests.support.worlds import Builder

ROUNDS = 3
SOAK_ROUNDS = 20


def main() -> None:
    """Print the figures of the group."""
    rounds = SOAK_ROUNDS if figure.soaking() else ROUNDS
    with figure.deployment() as settings:
        wiring.connect(settings)
        owner = databases.owner_engine(settings)
        hub = Builder(owner, None, settings).site("hub")  # type: ignore[arg-type]
        owner.dispose()
        small = [_import(hub, 10_000, seed) for seed in range(rounds)]
        figure.show("import_secrets_10k_s", round(statistics.median(small), 2), "s")
        large = []
        for seed in range(rounds):
            large.append(_import(hub, 100_000, 100 + seed))
            figure.progress(seed + 1, rounds, "uploads of 100,000")
        figure.show("import_secrets_100k_s", round(statistics.median(large), 2), "s")


def _import(tenant: Tenant, count: int, seed: int) -> float:
    """Seconds from the uploaded bytes to the commit; one line in a hundred is a duplicate."""
    raw, distinct = _file(count, seed)
    with use(tenant):
        sku_id = _sku(tenant, f"SKU {count} {seed}")
        session.commit()
    with use(tenant):
        start = time.perf_counter()
        added = stock.add_secrets_file(tenant, sku_id, raw, actor=SYSTEM, now=clock.now())
        session.commit()
        spent = time.perf_counter() - start
    if added.inserted != distinct or len(added.duplicates) != count - distinct:
        raise AssertionError(f"wrong count: {added.inserted} of {distinct}")
    return spent


def _file(count: int, seed: int) -> tuple[bytes, int]:
    drawn = random.Random(seed)
    distinct = count - count // 100
    lines = [
        f"{drawn.getrandbits(56):016x}----{drawn.getrandbits(64):020d}" for _ in range(distinct)
    ]
    repeated = [drawn.choice(lines) for _ in range(count - distinct)]
    return "\r\n".join(lines + repeated).encode(), distinct


def _sku(tenant: Tenant, name: str) -> UUID:
    now = clock.now()
    category = catalog.create_category(tenant, name, actor=SYSTEM, now=now)
    draft = ProductDraft(category_id=category, name=name)
    product = catalog.create_product(tenant, draft, actor=SYSTEM, now=now)
    price = SkuDraft(cost=Money.of("8"), retail=Money.of("10"))
    return catalog.create_sku(tenant, product, price, actor=SYSTEM, now=now)
