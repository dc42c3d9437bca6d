"""What tests of withdrawals stand on."""

from tests.support.payments import standin

__all__ = ["standin"]
