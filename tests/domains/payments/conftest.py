"""The provider, for tests of own channels."""

from tests.support.payments import standin

__all__ = ["standin"]
