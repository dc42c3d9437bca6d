"""Closing the books of a day that is over, so that yesterday's figures stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from kameng.domains.ledger import service as ledger
from tenants.context import shared
from tenants.database import session


def close_yesterday(now: datetime) -> None:
    """Close the day before and store where every account stood; again and again is once."""
    yesterday = (now - timedelta(days=1)).date()
    with shared():
        ledger.close_day(yesterday, now=now)
        session.commit()
        ledger.take_snapshots(yesterday)
        session.commit()
