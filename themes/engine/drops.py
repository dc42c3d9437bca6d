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
}
PAGE: Mapping[str, Any] = {
    "member": None,
    "csrf": "",
    "path": "/",
    "messages": [],
    "q": "",
    "title": "",
    "canonical": "",
    "feeds": {},
    "media": {},
    "preview": False,
}


def completed(drops: Mapping[str, Any], site: Mapping[str, Any]) -> dict[str, Any]:
    """The drops of a page with nothing missing; the site's own words fill an empty shop."""
    given = {key: value for key, value in drops.get("shop", {}).items() if value not in ("", None)}
    shop = {**SHOP, **{key: value for key, value in site.items() if value}, **given}
    shop["logo_text"] = shop["logo_text"] or shop["name"]
    nav = {"active": "", **(drops.get("nav") or {})}
    return {**PAGE, **drops, "shop": shop, "nav": nav}
