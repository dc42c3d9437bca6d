"""Reactions follow what a payment provider reports."""

from tests.support.payments import standin

__all__ = ["standin"]
