"""What every page gets even when the storefront did not say it: defaults for the common drops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import images

SHOP: Mapping[str, Any] = {
    "name": "",
    "logo_text": "",
    "notice": "",
    "url": "/",
    "is_test_payments": False,
    "can_open_sites": False,
    "year": "",
    "has_goods": True,
    "seller": "",
    "seller_also": "",
    "icp": "",
    "icp_police": "",
    "licence": "",
    "service_contact": "",
    "service_url": "",
    "logo": "",
    "favicon": "",
    "social": "",
    "manifest": "",
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
    "editing": False,
}


OF_THE_HOST = ("icp", "icp_police")
"""Filing numbers belong to the host a page is asked for on: only the face knows them."""


def completed(drops: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """The drops of a page with nothing missing; the site's own words fill an empty shop."""
    given = {key: value for key, value in drops.get("shop", {}).items() if value not in ("", None)}
    elsewhere = {*OF_THE_HOST, *images.OF_THE_SITE}
    said = {key: value for key, value in site.items() if value and key not in elsewhere}
    shop = {**SHOP, **said, **given}
    shop["logo_text"] = shop["logo_text"] or shop["name"]
    nav = {"active": "", **(drops.get("nav") or {})}
    return {**PAGE, **drops, "shop": shop, "nav": nav}
