"""Moved sites meet a payment provider."""

from tests.support.payments import standin

__all__ = ["standin"]
