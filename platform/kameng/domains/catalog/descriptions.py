"""Product descriptions as safe HTML: cleaned when they come in, whoever wrote them."""

from __future__ import annotations

import html
import re

import nh3

_TAGS = {
    *("p", "br", "hr", "b", "strong", "i", "em", "u", "s", "sub", "sup", "span"),
    *("ul", "ol", "li", "h3", "h4", "blockquote", "code", "pre", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"colspan"}, "td": {"colspan"}}
_SCHEMES = {"http", "https", "mailto"}
_TAG = re.compile(r"<[a-zA-Z/!]")


def clean(text: str) -> str:
    """`text` as HTML a storefront may show: plain text becomes paragraphs, HTML is filtered.

    What comes out always carries a tag, so that cleaning it again (an edit) changes nothing.
    """
    markup = text if _TAG.search(text) else _paragraphs(text)
    filtered = nh3.clean(
        markup,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math"},
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener nofollow ugc",
    )
    return filtered if _TAG.search(filtered) or not filtered.strip() else f"<p>{filtered}</p>"


def _paragraphs(text: str) -> str:
    blocks = [block.strip() for block in re.split(r"\n{2,}", text) if block.strip()]
    return "".join(f"<p>{_lines(block)}</p>" for block in blocks)


def _lines(block: str) -> str:
    return "<br>".join(html.escape(line, quote=False) for line in block.split("\n"))
