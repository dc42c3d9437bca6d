"""Wakes the relay after a commit, so that what follows does not wait for its next poll."""

from __future__ import annotations

import logging

from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session

from kameng.kit import cache

CHANNEL = "kameng:wake"
_FLAG = "kameng_wake"
_log = logging.getLogger(__name__)


def after_commit(session: Session) -> None:
    """Ask for one wake-up when the session's transaction commits."""
    session.info[_FLAG] = True


def now() -> None:
    """Wake the relay at once; a Valkey that is away only costs the poll's second."""
    try:
        cache.client().publish(CHANNEL, b"1")
    except RedisError as error:
        _log.warning("relay not woken: %s", type(error).__name__)


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop(_FLAG, False):
        now()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_FLAG, None)
