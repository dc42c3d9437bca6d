"""The one inline script element a page may hold: an application/ld+json block built here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

STOCK = {"none": "OutOfStock", "few": "LimitedAvailability"}


def block(template: str, drops: Mapping[str, Any]) -> Markup:
    """Structured data of a product page; nothing for other pages."""
    if template != "product" or not drops.get("skus"):
        return Markup("")
    text = json.dumps(_product(drops), ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped


def _product(drops: Mapping[str, Any]) -> dict[str, Any]:
    product = drops["product"]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product["name"],
        "description": product["summary"],
        "offers": [
            {
                "@type": "Offer",
                "name": sku["name"],
                "price": sku["price"],
                "priceCurrency": "CNY",
                "availability": f"https://schema.org/{STOCK.get(sku['stock_word'], 'InStock')}",
            }
            for sku in drops["skus"]
        ],
    }
