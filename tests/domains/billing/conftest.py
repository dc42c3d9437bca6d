"""An empty provider for the tests of paying a package there."""

from tests.support.payments import standin

__all__ = ["standin"]
