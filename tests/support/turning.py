"""Lets the time of a planned look come in a running deployment: `python -m tests.support.turning
skin SLUG` (it begins, or ends if it is on), `… wave SLUG` (the wave has been watched long enough).
The deployment's own clock does the rest."""

from __future__ import annotations

import sys

from sqlalchemy import text

from kameng.config import Settings
from tests.support import databases

_OWN = "tenant_id = (SELECT id FROM shared.tenant WHERE slug = :slug)"
_NEXT = "CASE state WHEN 'waiting' THEN starts_at ELSE ends_at END - now()"
SKIN = (
    f"UPDATE shared.skin_schedule SET starts_at = starts_at - ({_NEXT}),"
    f" ends_at = ends_at - ({_NEXT}) WHERE state IN ('waiting', 'on') AND {_OWN}",
    f"UPDATE shared.due SET at = now() WHERE kind = 'design.skin' AND {_OWN}",
)
WAVE = (
    "UPDATE shared.theme_rollout SET wave_full_at ="
    f" wave_full_at - make_interval(mins => wait_minutes) WHERE state = 'running' AND {_OWN}",
)


def come(statements: tuple[str, ...], slug: str) -> None:
    """What is planned at this site is due now."""
    owner = databases.owner_engine(Settings.load())
    with owner.begin() as line:
        for one in statements:
            line.execute(text(one), {"slug": slug})
    owner.dispose()


if __name__ == "__main__":
    come({"skin": SKIN, "wave": WAVE}[sys.argv[1]], sys.argv[2])
