"""Rich text without an editor: what a person types into a plain field becomes clean HTML, and
comes back as it was typed.

An empty line begins a paragraph, `## ` a heading, lines beginning with `- ` are a list. Simple HTML
may be typed as well; it is cleaned like any other.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from . import richtext

_TAG = re.compile(r"<[a-zA-Z/!]")
_ITEM = re.compile(r"<li>(.*?)</li>", re.S)
_BLOCK = re.compile(r"<(p|h3|ul)>(.*?)</\1>", re.S)


def read(typed: str) -> str:
    """What was typed, as clean HTML; empty text is no text."""
    text = typed.replace("\r\n", "\n").strip()
    if _TAG.search(text):
        return richtext.clean_block(text)
    blocks = [block.strip("\n") for block in re.split(r"\n\s*\n", text) if block.strip()]
    return richtext.clean_block("".join(_block(block) for block in blocks))


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        return "<ul>" + "".join(f"<li>{_plain(line[2:])}</li>" for line in lines) + "</ul>"
    if block.startswith("## ") and len(lines) == 1:
        return f"<h3>{_plain(block[3:])}</h3>"
    return "<p>" + "<br>".join(_plain(line) for line in lines) + "</p>"


def _plain(text: str) -> str:
    return html.escape(text.strip(), quote=False)


@lru_cache(maxsize=256)
def typed(stored: str) -> str:
    """Stored HTML as it may be typed: plain where nothing is lost by it, else the HTML."""
    blocks = [_typed(found[1], found[2]) for found in _BLOCK.finditer(stored)]
    text = "\n\n".join(blocks)
    return text if read(text) == stored else stored


def _typed(tag: str, inside: str) -> str:
    if tag == "ul":
        return "\n".join(f"- {html.unescape(one)}" for one in _ITEM.findall(inside))
    plain = html.unescape(inside.replace("<br>", "\n"))
    return f"## {plain}" if tag == "h3" else plain
