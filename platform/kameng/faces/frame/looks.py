"""Looking before shoppers do: a link that names one revision of a site's design, its working
draft, or an article that is not out.

It is signed for that site, so another site's host reads it as nothing, and it ends after a while.
Whoever has it sees the shop's pages drawn otherwise; it opens nothing else."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kameng.faces.frame import addresses, i18n
from tenants.tree import Tenant

ARGUMENT = "look"
AGE_SECONDS = 2 * 3600
DRAFT, EDITED = "draft", "edited"
"""Stand in a token for the working draft, which is no revision yet: looked at, or in the editor's
frame, whose token may ask for single sections too."""
DRAFT_AGE_SECONDS = 12 * 3600
"""As long as whoever edits it stays signed in."""
ARTICLE = "article"


def link(tenant: Tenant, revision_id: UUID, path: str = "/") -> str:
    """A page of the site as this revision would draw it, for two hours."""
    return addresses.site(tenant, f"{path}?{ARGUMENT}={_seal(tenant).dumps(revision_id.hex)}")


def read(tenant: Tenant, token: str) -> UUID | None:
    """The revision a token names; None for one that is forged, over, or another site's."""
    try:
        return UUID(str(_seal(tenant).loads(token, max_age=AGE_SECONDS)))
    except (BadSignature, ValueError):
        return None


def link_draft(tenant: Tenant, path: str = "/", *, editing: bool = False) -> str:
    """A page of the site as its working draft would draw it, whatever is saved to it meanwhile; for
    the editor's frame in the language of the page that asks."""
    named = f"{EDITED} {i18n.locale()}" if editing else DRAFT
    return addresses.site(tenant, f"{path}?{ARGUMENT}={_seal(tenant).dumps(named)}")


def reads_draft(tenant: Tenant, token: str) -> bool:
    """Whether a token names this site's working draft and is not over."""
    return _named(tenant, token, DRAFT_AGE_SECONDS).partition(" ")[0] in (DRAFT, EDITED)


def editing_in(tenant: Tenant, token: str) -> str:
    """The language of the editor's frame this token was made for, "" for any other token."""
    kind, _, language = _named(tenant, token, DRAFT_AGE_SECONDS).partition(" ")
    return language if kind == EDITED and language in i18n.LANGUAGES else ""


def link_article(tenant: Tenant, article_id: UUID, path: str) -> str:
    """The page of an article as shoppers will see it, for two hours."""
    token = _seal(tenant).dumps(f"{ARTICLE} {article_id.hex}")
    return addresses.site(tenant, f"{path}?{ARGUMENT}={token}")


def names_article(tenant: Tenant, token: str, article_id: UUID) -> bool:
    """Whether a token is for this very article of this site and not over."""
    return _named(tenant, token, AGE_SECONDS) == f"{ARTICLE} {article_id.hex}"


def _named(tenant: Tenant, token: str, age_seconds: int) -> str:
    try:
        return str(_seal(tenant).loads(token, max_age=age_seconds))
    except BadSignature:
        return ""


def _seal(tenant: Tenant) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"look:{tenant.id}")
