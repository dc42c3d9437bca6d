"""The only way HTML written by people reaches a page: two nh3 profiles."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markupsafe import Markup

INLINE = {"strong", "em", "u", "s", "br", "a"}
BLOCK = INLINE | {"p", "ul", "ol", "li", "h3", "h4", "blockquote"}
SCHEMES = {"https", "http", "tel", "mailto"}
REL = "nofollow noopener ugc"


def _cleaner(tags: set[str]) -> nh3.Cleaner:
    """Made once: making it costs four times as much as a text."""
    return nh3.Cleaner(tags=tags, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=REL)


_INLINE, _BLOCK = _cleaner(INLINE), _cleaner(BLOCK)


def clean_block(html: str) -> str:
    """`html` cut down to paragraphs, lists, small headings, quotes and links."""
    return _BLOCK.clean(html)


def clean_inline(html: str) -> str:
    """`html` cut down to emphasis, line breaks and links."""
    return _INLINE.clean(html)


@lru_cache(maxsize=2048)
def marked(html: str) -> Markup:
    """`html`, cleaned again whoever stored it, as markup a template may print.

    This is the template filter `clean`; it is cached because product descriptions repeat.
    """
    return Markup(clean_block(html))  # noqa: S704 - just cleaned
