"""The one inline script element a page may hold: an application/ld+json block built here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from . import seo
from .prepared import Ready

Context = Mapping[str, Any]
Thing = dict[str, Any]
STOCK = {"none": "OutOfStock", "few": "LimitedAvailability"}
ASKED = ("deliver", "find", "wrong", "pay")
"""The questions a theme answers where a site wrote none; sections/faq.html prints the same."""


def block(
    template: str, context: Context, words: seo.Words, sections: Sequence[Ready] = ()
) -> Markup:
    """What the page is, for machines; nothing for pages that are nobody's business."""
    things = list(_things(template, context, words, sections))
    if not things:
        return Markup("")
    found = things[0] if len(things) == 1 else {"@graph": things}
    text = json.dumps(
        {"@context": "https://schema.org", **found}, ensure_ascii=False, separators=(",", ":")
    )
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - escaped


def _things(
    template: str, context: Context, words: seo.Words, sections: Sequence[Ready]
) -> Iterable[Thing]:
    if template not in seo.INDEXED or not context["indexed"]:
        return
    if template == "home" and context["origin"]:
        yield _site(context)
    if template == "product" and context.get("skus"):
        yield _product(context)
    if template == "article" and context.get("article"):
        yield _article(context)
    if template != "home" and context["origin"]:
        yield _way(template, context, words)
    yield from _questions(sections, words)


def _site(context: Context) -> Thing:
    search = seo.whole(context, "/search")
    return {
        "@type": "WebSite",
        "name": context["shop"]["name"],
        "url": seo.whole(context, "/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def _product(context: Context) -> Thing:
    product = context["product"]
    picture = seo.picture("product", context)
    return {
        "@type": "Product",
        "name": product["name"],
        "description": product["summary"],
        **({"image": picture} if picture else {}),
        "offers": [_offer(context, sku) for sku in context["skus"]],
    }


def _offer(context: Context, sku: Mapping[str, Any]) -> Thing:
    url = seo.whole(context, sku.get("url"))
    return {
        "@type": "Offer",
        "name": sku["name"],
        "price": sku["price"],
        "priceCurrency": "CNY",
        "availability": f"https://schema.org/{STOCK.get(sku['stock_word'], 'InStock')}",
        **({"url": url} if url else {}),
    }


def _article(context: Context) -> Thing:
    article, picture = context["article"], seo.picture("article", context)
    facts = {
        "@type": "Article",
        "headline": article["title"],
        "description": article["summary"],
        "datePublished": article.get("published_iso"),
        "dateModified": article.get("updated_iso"),
        "image": picture,
        "author": {"@type": "Organization", "name": context["shop"]["name"]},
    }
    return {name: value for name, value in facts.items() if value}


def _way(template: str, context: Context, words: seo.Words) -> Thing:
    """From the front page to here, over the category or list this page belongs to."""
    about = seo.about(template, context)
    above = about.get("category") if template == "product" else about.get("list")
    steps = [(words("nav.home"), "/")]
    steps += [(above["name"], above["url"])] if above else []
    here = seo.subject(template, context) or words("title." + template)
    steps.append((here, str(context["canonical"]) or str(context["path"])))
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": at, "name": name, "item": seo.whole(context, url)}
            for at, (name, url) in enumerate(steps, start=1)
        ],
    }


def _questions(sections: Sequence[Ready], words: seo.Words) -> Iterable[Thing]:
    """The questions a page answers; a page that shows none is no such page."""
    asked: list[tuple[str, str]] = []
    for ready in sections:
        if ready.schema.type == "faq":
            own = [block["settings"] for block in ready.values["blocks"]]
            asked += [(one["question"], one["answer"]) for one in own]
            asked += [] if own else [(words(f"faq.{k}_q"), words(f"faq.{k}_a")) for k in ASKED]
    if asked:
        yield {"@type": "FAQPage", "mainEntity": [_answered(*one) for one in asked if all(one)]}


def _answered(question: str, answer: str) -> Thing:
    text = {"@type": "Answer", "text": _words(answer)}
    return {"@type": "Question", "name": question, "acceptedAnswer": text}


@lru_cache(maxsize=1024)
def _words(answer: str) -> str:
    """An answer without its markup."""
    return Markup(answer).striptags()  # noqa: S704 - only its text is kept
