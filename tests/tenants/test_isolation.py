"""Eight threads, four pooled connections, hundreds of sites (two thousand with KAMENG_SOAK=1), a
fifth of it failing: each transaction sees its own site, and nothing of a failed one stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from kameng import wiring
from kameng.config import Settings
from tenants.database import engines
from tests.support import crowd
from tests.support.killing import SOAK

SITES = 2_000 if SOAK else 500
POOL = 4


@pytest.fixture
def narrow(tools: Settings) -> Iterator[None]:
    """Four connections for everybody: each serves a hundred sites and more in turn."""
    engines.configure(tools.role_urls(), pool_size=POOL)
    for role in ("app", "app_shared"):
        engines.named(role).pool._max_overflow = 0  # type: ignore[attr-defined]
    yield
    wiring.connect(tools)


def test_no_transaction_ever_sees_another_site(owner: Engine, narrow: None) -> None:
    with crowd.schemas_of(owner, SITES) as sites:
        seen = crowd.visit_all(sites, threads=8)
        assert seen.wrong == []
        assert sum(seen.ended.values()) == SITES
        assert set(seen.ended) == {"committed", "refused", "left", "cut"}
        assert seen.ended["committed"] == SITES - SITES // crowd.FAILING
        kept, touched = crowd.standing(owner, sites)
    assert kept == touched == seen.committed
