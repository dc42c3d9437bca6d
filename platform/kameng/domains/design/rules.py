"""What may be said about a site, and how an arrangement is fingerprinted. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from kameng.domains.design.errors import BadSiteColor, BadSiteText

Arrangement = dict[str, Any]
"""{theme, version, tokens, site, templates, …} as the theme engine writes it."""

LONGEST = {"name": 20, "logo_text": 20, "notice": 300, "service_contact": 120, "icp": 80}
"""Texts of `site` and how many signs each may have."""
_COLOR = re.compile(r"^#[0-9a-f]{6}$")


def site_texts(changes: Mapping[str, str | None]) -> dict[str, str]:
    """The changed texts, trimmed; None leaves one as it is. Refuses BadSiteText."""
    wanted = {field: text.strip() for field, text in changes.items() if text is not None}
    for field, text in wanted.items():
        plain = text.replace("\n", " ") if field == "notice" else text
        empty = field == "name" and len(text) < 2
        if empty or len(text) > LONGEST[field] or not plain.isprintable():
            raise BadSiteText(field=field, longest=LONGEST[field])
    return wanted


def note(typed: str, *, longest: int) -> str:
    """What a revision is called, in one line; "" for nothing. Refuses BadSiteText."""
    plain = " ".join(typed.split())
    if len(plain) > longest or not plain.isprintable():
        raise BadSiteText(field="note", longest=longest)
    return plain


def color(text: str) -> str:
    """A colour as #rrggbb in lower case. Refuses BadSiteColor."""
    plain = text.strip().lower()
    if not _COLOR.match(plain):
        raise BadSiteColor()
    return plain


def changed(
    arrangement: Arrangement, *, site: Mapping[str, str], primary: str | None
) -> Arrangement:
    """The arrangement with other site texts and, if given, another primary colour."""
    tokens = dict(arrangement.get("tokens", {}))
    if primary is not None:
        tokens["primary"] = primary
    old = dict(arrangement.get("site", {}))
    texts = dict(site)
    if "name" in texts and old.get("logo_text") == old.get("name"):
        texts.setdefault("logo_text", texts["name"])
    return {**arrangement, "tokens": tokens, "site": {**old, **texts}}


def digest(arrangement: Arrangement) -> str:
    """SHA-256 over the arrangement's canonical JSON: equal for equal looks."""
    canonical = json.dumps(arrangement, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
