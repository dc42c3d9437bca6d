"""Looking at a saved design before shoppers do: a link that names one revision of one site.

It is signed for that site, so another site's host reads it as nothing, and it ends after a while.
Whoever has it sees the shop's pages drawn otherwise; it opens nothing else."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kameng.faces.frame import addresses
from tenants.tree import Tenant

ARGUMENT = "look"
AGE_SECONDS = 2 * 3600


def link(tenant: Tenant, revision_id: UUID, path: str = "/") -> str:
    """A page of the site as this revision would draw it, for two hours."""
    return addresses.site(tenant, f"{path}?{ARGUMENT}={_seal(tenant).dumps(revision_id.hex)}")


def read(tenant: Tenant, token: str) -> UUID | None:
    """The revision a token names; None for one that is forged, over, or another site's."""
    try:
        return UUID(str(_seal(tenant).loads(token, max_age=AGE_SECONDS)))
    except (BadSignature, ValueError):
        return None


def _seal(tenant: Tenant) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"look:{tenant.id}")
