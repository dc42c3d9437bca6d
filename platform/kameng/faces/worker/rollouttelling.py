"""Who hears of a roll-out: the people of the master when it stops by itself or is done, those of a
site that was left out or put back."""

from __future__ import annotations

from datetime import datetime

from kameng.domains.design.rollouts import moving
from kameng.domains.design.rollouts.queries import RolloutFacts, SiteFacts
from kameng.domains.design.rollouts.rules import WHOLE, SiteState
from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from tenants.tree import Tenant
from themes import engine

LOOKS = "/design/themes"


def stopped(master: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    """It stopped by itself, and why."""
    rate = f"{rollout.at_stop.rate * 100 / WHOLE:.2f}%"
    facts = _facts(rollout) | {"rate": rate, "pages": str(rollout.at_stop.drawn)}
    _tell(master, Kind.ROLLOUT_STOPPED, facts, rollout, now, f"/design/rollouts/{rollout.id}")


def done(master: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    """Every site has moved."""
    page = f"/design/rollouts/{rollout.id}"
    _tell(master, Kind.ROLLOUT_DONE, _facts(rollout), rollout, now, page)


def left_out(site: Tenant, rollout: RolloutFacts, now: datetime) -> None:
    """The site's pages do not fit the new line; it stays as it is."""
    _tell(site, Kind.LINE_LEFT_OUT, _facts(rollout), rollout, now, LOOKS)


def put_back(site: Tenant, rollout: RolloutFacts, ended: SiteFacts, now: datetime) -> None:
    """The site looks as before, or stays as it is since it published meanwhile."""
    if ended.state is SiteState.REVERTED:
        _tell(site, Kind.LINE_PUT_BACK, _facts(rollout), rollout, now, LOOKS)
    elif ended.reason != moving.ELSEWHERE:
        _tell(site, Kind.LINE_KEPT, _facts(rollout), rollout, now, LOOKS)


def _facts(rollout: RolloutFacts) -> dict[str, str]:
    names = engine.title(rollout.theme) if rollout.theme in engine.THEMES else {}
    name = names.get("zh_CN", rollout.theme)
    return {
        "theme": name,
        "theme_en": names.get("en", rollout.theme),
        "from": rollout.from_line,
        "line": rollout.to_line,
    }


def _tell(
    site: Tenant, kind: Kind, facts: dict[str, str], rollout: RolloutFacts, now: datetime, page: str
) -> None:
    notifications.notify(site, kind, facts, key=str(rollout.id), now=now, page=page)
