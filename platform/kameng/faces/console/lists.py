"""What a list page was asked for: page, search, filters; bad values mean "not asked"."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import request

from kameng.faces.frame.money import SHOP_TIME

SIZE = 50
LONGEST_WORD = 80
LAST_PAGE = 100_000
YEARS = range(2000, 2200)


@dataclass(frozen=True)
class Place:
    """Where one is in a list."""

    page: int
    pages: int
    total: int


def page() -> int:
    """The page asked for, from 1."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() else 1


def place(total: int, size: int = SIZE) -> Place:
    """Where this request stands in a list of so many."""
    pages = max(1, -(-total // size))
    return Place(min(page(), pages), pages, total)


def word(name: str) -> str:
    """A text filter, cut to a sane length."""
    return request.args.get(name, "").strip()[:LONGEST_WORD]


def one_of(name: str, *allowed: str) -> str | None:
    """A filter with known values; None when absent or unknown."""
    value = request.args.get(name)
    return value if value in allowed else None


def uuid(name: str) -> UUID | None:
    """An id filter; None when absent or no id."""
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def number(name: str) -> int | None:
    """A whole-number filter."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def day(name: str) -> date | None:
    """A date filter (YYYY-MM-DD), of years in which a shop can have sold something."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def start_of(when: date) -> datetime:
    """The first moment of a day on the shop's clock."""
    return datetime.combine(when, time.min, SHOP_TIME).astimezone(UTC)


def day_span(now: datetime, *, days_ago: int = 0) -> tuple[datetime, datetime]:
    """The first moment of a day so many days ago, and the first moment after it."""
    today = now.astimezone(SHOP_TIME).date() - timedelta(days=days_ago)
    return start_of(today), start_of(today + timedelta(days=1))


def asked_for() -> dict[str, str]:
    """What narrows and sorts this list, without the page: for a link to the same list as a file."""
    return {name: value for name, value in request.args.items() if name != "page" and value}
