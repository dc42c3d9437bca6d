"""Turning the pages of a list: which one is asked for, and the addresses of its neighbours."""

from typing import Any

from flask import request

from kameng.faces.storefront import paths

LAST_PAGE = 500


def asked() -> int:
    """The page asked for; nonsense is the first."""
    number = request.args.get("page", 1, type=int)
    return min(max(number, 1), LAST_PAGE)


def pages(here: str, at: int, has_next: bool, **kept: str) -> dict[str, Any]:
    """The pager a theme prints."""

    def to(number: int) -> str:
        return paths.with_query(here, **kept, page=number if number > 1 else "")

    return {
        "prev": to(at - 1) if at > 1 else None,
        "next": to(at + 1) if has_next else None,
        "page": at,
        "pages": at + 1 if has_next else at,
        "total": None,
    }
