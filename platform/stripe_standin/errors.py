"""Refusals in the shape the SDK turns into its exceptions."""

from typing import Any


class ApiError(Exception):
    """An answer that is not 2xx; `kind` is Stripe's error type."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        facts = {"type": kind, "message": message, "code": code, "param": param}
        self.body: dict[str, Any] = {"error": {k: v for k, v in facts.items() if v is not None}}


def missing(kind: str, key: str) -> ApiError:
    """What Stripe says about an id it does not know."""
    return ApiError(f"No such {kind}: '{key}'", status=404, code="resource_missing", param="id")


def invalid(param: str, message: str) -> ApiError:
    """A parameter that is absent or makes no sense."""
    return ApiError(message, code="parameter_invalid", param=param)
