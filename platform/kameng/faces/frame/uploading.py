"""How many pictures one person, and one site, may have worked on in a while: each costs a processor
up to a second, so they are counted before any is opened."""

from __future__ import annotations

from kameng.faces.frame import throttle, who
from kameng.kit.errors import TooMany
from tenants.tree import Tenant

MINUTES = 10
OF_A_PERSON, OF_A_SITE = 100, 200
"""So many in MINUTES: a shop's first pictures and to spare, a minute of one processor's time."""


class UploadsTooMany(TooMany):
    """Too many pictures in a while. Facts: minutes, person, site (how many each may send)."""

    code = "uploads_too_many"


def count(tenant: Tenant) -> None:
    """Count one picture that is to be worked on. Refuses UploadsTooMany."""
    counted = (
        (OF_A_PERSON, f"person|{who.actor().id}"),
        (OF_A_SITE, f"site|{tenant.id}"),
    )
    for most, whose in counted:
        if not throttle.takes("uploads", whose, most=most, minutes=MINUTES):
            raise UploadsTooMany(minutes=MINUTES, person=OF_A_PERSON, site=OF_A_SITE)
