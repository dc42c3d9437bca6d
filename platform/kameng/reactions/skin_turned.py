"""What follows when the time of a planned skin has come: it begins or ends, and whoever arranges
the site is told."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.design.skins import service
from kameng.domains.design.skins.rules import Skin, State, Why
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.domains.notifications.notices.rules import Fact
from kameng.domains.terms import queries as terms
from tenants.tree import Tenant

PAGE = "/design/skins"
STOPPED = {
    Why.MOVED: Kind.SKIN_KEPT,
    Why.MISSED: Kind.SKIN_MISSED,
    Why.PACKAGE: Kind.SKIN_LOCKED,
    Why.GONE: Kind.SKIN_GONE,
    Why.UNFIT: Kind.SKIN_UNFIT,
}


def look(tenant: Tenant, now: datetime) -> None:
    """Do what is due, and tell of each."""
    has_theme = terms.allowed(tenant).has_theme
    for skin in service.look(tenant, has_theme=has_theme, now=now):
        _tell(tenant, skin, now)


def _tell(tenant: Tenant, skin: Skin, now: datetime) -> None:
    facts: dict[str, Fact] = {"name": skin.name, "until": skin.ends_at}
    key = f"{skin.id}:{skin.state}"
    notifications.notify(tenant, _kind(skin), facts, key=key, page=PAGE, now=now)


def _kind(skin: Skin) -> Kind:
    if skin.state is State.ON:
        return Kind.SKIN_BEGUN
    return STOPPED[skin.why] if skin.why else Kind.SKIN_ENDED
