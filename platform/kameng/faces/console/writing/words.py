"""What articles and their states are called."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from kameng.domains.design.articles.rules import Article, Kind, State

KINDS: dict[Kind, Any] = {Kind.NOTICE: _l("Shop notice"), Kind.HELP: _l("Help page")}
DRAFT = (_l("Draft"), "secondary")
OUT = (_l("Published"), "green")
WAITS = (_l("Waits for its day"), "azure")
GONE = (_l("Deleted"), "red")
STATES = [("draft", DRAFT[0]), ("published", OUT[0]), ("deleted", GONE[0])]


def state(article: Article, now: datetime) -> tuple[Any, str]:
    """The name of what an article is just now, and its colour."""
    if article.deleted_at is not None:
        return GONE
    if article.state is State.DRAFT:
        return DRAFT
    return OUT if article.is_out(now) else WAITS


def kind(article: Article) -> str:
    """What it is for."""
    return str(KINDS[article.kind])
