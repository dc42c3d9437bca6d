"""What every page gets even when the storefront did not say it: defaults for the common drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHOP: Mapping[str, Any] = {
    "name": "",
    "logo_text": "",
    "notice": "",
    "url": "/",
    "is_test_payments": False,
    "can_open_sites": False,
    "year": "",
    "seller": "",
    "icp": "",
    "icp_police": "",
    "licence": "",
    "service_contact": "",
    "service_url": "",
    "logo": "",
    "favicon": "",
    "social": "",
    "seo_title": "",
    "seo_description": "",
}
PAGE: Mapping[str, Any] = {
    "member": None,
    "csrf": "",
    "path": "/",
    "messages": [],
    "q": "",
    "title": "",
    "canonical": "",
    "origin": "",
    "indexed": True,
    "media": {},
    "feeds": {},
    "preview": False,
}


PICTURES = ("logo", "favicon", "social")
OF_THE_HOST = ("icp", "icp_police")
"""Filing numbers belong to the host a page is asked for on: only the face knows them."""


def _shown(picture: Any, media: Mapping[str, Any]) -> Any:
    """A picture of the site as a page shows it: {src, srcset, width, height}, or ""."""
    return picture if isinstance(picture, Mapping) else media.get(picture) or ""


def completed(drops: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """The drops of a page with nothing missing; the site's own words fill an empty shop."""
    given = {key: value for key, value in drops.get("shop", {}).items() if value not in ("", None)}
    said = {key: value for key, value in site.items() if value and key not in OF_THE_HOST}
    shop = {**SHOP, **said, **given}
    for name in PICTURES:
        shop[name] = _shown(shop[name], drops.get("media") or {})
    shop["logo_text"] = shop["logo_text"] or shop["name"]
    nav = {"active": "", **(drops.get("nav") or {})}
    return {**PAGE, **drops, "shop": shop, "nav": nav}
