"""Where pictures and films of sites are shown: on the platform's own media host, away from every
cookie."""

from __future__ import annotations

import re
from typing import Any, Protocol
from uuid import UUID

from kameng.config import settings
from kameng.kit.films import TYPES
from kameng.kit.pictures import widths_of
from tenants.tree import Tenant

SHOWN = 960
"""The width a page shows where the browser chooses none."""
_REF = re.compile(r"([a-z0-9-]{1,63})/([0-9a-f-]{36})/([0-9a-f]{16})/(\d{1,4})x(\d{1,5})")


class Film(Protocol):
    """What is known of a stored film (design's FilmFacts)."""

    @property
    def kind(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def ms(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


class Picture(Protocol):
    """What is known of a stored picture (design's MediaFacts)."""

    @property
    def id(self) -> UUID: ...
    @property
    def digest(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def alt(self) -> str: ...
    @property
    def film(self) -> Film | None: ...


def host() -> str:
    """The media host with its scheme, as a policy names it."""
    return settings().address(settings().host("media"), "")


def drop(tenant: Tenant, picture: Picture) -> dict[str, Any]:
    """{src, srcset, width, height, alt} of a site's picture; width and height are those of src. The
    still of a film has `film` as well: {src, type, width, height, seconds}."""
    shown = of_ref(ref(tenant, picture))
    film = film_drop(tenant, picture)
    return shown | {"alt": picture.alt} | ({"film": film} if film else {}) if shown else {}


def film_drop(tenant: Tenant, picture: Picture) -> dict[str, Any]:
    """{src, type, width, height, seconds} of what a still is of; empty for a picture."""
    film = picture.film
    if film is None:
        return {}
    path = f"/{tenant.slug}/{picture.id}/{film.digest}.{film.kind}"
    return {
        "src": settings().address(settings().host("media"), path),
        "type": TYPES[film.kind],
        "width": film.width,
        "height": film.height,
        "seconds": max(1, round(film.ms / 1000)),
    }


def ref(tenant: Tenant, picture: Picture) -> str:
    """A picture on one line, for those who show it without asking its site: whose, which, how
    large. `of_ref` reads it."""
    size = f"{picture.width}x{picture.height}"
    return f"{tenant.slug}/{picture.id}/{picture.digest}/{size}"


def of_ref(text: str | None) -> dict[str, Any]:
    """{src, srcset, width, height} of what `ref` wrote; empty for no picture."""
    found = _REF.fullmatch(text or "")
    if not found:
        return {}
    code, name, digest = found.group(1, 2, 3)
    width, height = int(found[4]), int(found[5])
    ways = {one: address(code, name, digest, one) for one in widths_of(width)}
    shown = max((one for one in ways if one <= SHOWN), default=min(ways))
    return {
        "src": ways[shown],
        "srcset": ", ".join(f"{way} {one}w" for one, way in ways.items()),
        "width": shown,
        "height": max(1, round(height * shown / width)),
    }


def id_of(text: str | None) -> str:
    """Which picture `ref` wrote about; "" for none."""
    found = _REF.fullmatch(text or "")
    return found[2] if found else ""


def smallest(tenant: Tenant, picture: Picture) -> str:
    """The address of the narrowest there is, for lists."""
    width = widths_of(picture.width)[0]
    return address(tenant.slug, str(picture.id), picture.digest, width)


def address(code: str, name: str, digest: str, width: int) -> str:
    """The address of one width of a picture; what is there never changes."""
    path = f"/{code}/{name}/{digest}-{width}.webp"
    return settings().address(settings().host("media"), path)
