"""Wakes the relay after a commit, and the builder after a claim, before their next poll."""

from __future__ import annotations

import logging
import threading
from typing import Any

from redis.exceptions import RedisError
from sqlalchemy import event
from sqlalchemy.orm import Session

from kameng.kit import cache

CHANNEL = "kameng:wake"
SPARES = "kameng:spares"
_FLAG = "kameng_wake"
_log = logging.getLogger(__name__)


def after_commit(session: Session) -> None:
    """Ask for one wake-up when the session's transaction commits."""
    session.info[_FLAG] = True


def now(channel: str = CHANNEL) -> None:
    """Wake who listens at once; a Valkey that is away only costs the poll's second."""
    try:
        cache.client().publish(channel, b"1")
    except RedisError as error:
        _log.warning("nobody woken on %s: %s", channel, type(error).__name__)


class Listener:
    """Sleeps until somebody calls on the channel, or the time is over."""

    def __init__(self, channel: str = CHANNEL) -> None:
        self.name = channel
        self.channel: Any = None

    def wait(self, seconds: float) -> None:
        """Return at the first call, or after so many seconds."""
        try:
            if self.channel is None:
                client: Any = cache.client()
                self.channel = client.pubsub(ignore_subscribe_messages=True)
                self.channel.subscribe(self.name)
            if self.channel.get_message(timeout=seconds):
                self._swallow()
        except RedisError:
            self.channel = None
            threading.Event().wait(seconds)

    def _swallow(self) -> None:
        """Many calls are one."""
        while self.channel.get_message(timeout=0.0):
            pass


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    if session.info.pop(_FLAG, False):
        now()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_FLAG, None)
