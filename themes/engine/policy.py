"""The Content-Security-Policy a storefront page is written for: nothing inline, nothing foreign."""

from __future__ import annotations

from collections.abc import Iterable


def content_policy(
    *,
    form_hosts: Iterable[str] = (),
    media_host: str | None = None,
    frame_hosts: Iterable[str] = (),
) -> str:
    """The header's value. `form_hosts` are the payment pages a form may be redirected to."""
    media = ["'self'", *([media_host] if media_host else [])]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": [*media, "data:"],
        "media-src": media,
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *form_hosts],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'", *frame_hosts],
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())
