"""How many pictures and films one person, and one site, may have worked on in a while: each costs a
processor up to some seconds, so they are counted before any is opened."""

from __future__ import annotations

from kameng.faces.frame import throttle, who
from kameng.kit.errors import TooMany
from tenants.tree import Tenant

MINUTES = 10
OF_A_PERSON, OF_A_SITE = 100, 200
FILMS_OF_A_PERSON, FILMS_OF_A_SITE = 12, 24
"""So many in MINUTES: a shop's first pictures and to spare, a minute of one processor's time."""


class FilmsTooMany(TooMany):
    """Too many films in a while. Facts: minutes, person, site (how many each may send)."""

    code = "films_too_many"


class UploadsTooMany(TooMany):
    """Too many pictures in a while. Facts: minutes, person, site (how many each may send)."""

    code = "uploads_too_many"


def count(tenant: Tenant) -> None:
    """Count one picture that is to be worked on. Refuses UploadsTooMany."""
    if not _counted("uploads", tenant, OF_A_PERSON, OF_A_SITE):
        raise UploadsTooMany(minutes=MINUTES, person=OF_A_PERSON, site=OF_A_SITE)


def count_film(tenant: Tenant) -> None:
    """Count one film that is to be worked on. Refuses FilmsTooMany."""
    if not _counted("films", tenant, FILMS_OF_A_PERSON, FILMS_OF_A_SITE):
        raise FilmsTooMany(minutes=MINUTES, person=FILMS_OF_A_PERSON, site=FILMS_OF_A_SITE)


def _counted(what: str, tenant: Tenant, person: int, site: int) -> bool:
    counted = ((person, f"person|{who.actor().id}"), (site, f"site|{tenant.id}"))
    return all(throttle.takes(what, whose, most=most, minutes=MINUTES) for most, whose in counted)
