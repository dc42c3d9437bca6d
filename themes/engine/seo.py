"""What a page says of itself to search engines and to whoever shares it: title, description, the
one address it is known by, a share card, icons.

Built here and not in a template, so that no theme can forget or break it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from . import links

Context = Mapping[str, Any]
Words = Callable[..., str]
INDEXED = frozenset({"home", "category", "product", "notices", "help", "article", "page"})
"""Pages for everybody; all others are about somebody's order, account or search."""
KINDS = {"product": "product", "article": "article"}
LOCALES = {"zh_CN": "zh_CN", "en": "en_US"}
LONGEST = 160


def title(template: str, context: Context, words: Words) -> str:
    """The title of a page: its own subject and the shop's name."""
    shop = context["shop"]
    own = context["title"] or subject(template, context)
    if template == "home" and not own:
        return str(shop["seo_title"]) or f"{shop['name']} - {words('title.home')}"
    return f"{own or words('title.' + template)} - {shop['name']}"


def subject(template: str, context: Context) -> str:
    """What the page is about, in its own words; "" where it is about nothing of its own."""
    found = about(template, context)
    return str(found.get("title") or found.get("name") or "")


def about(template: str, context: Context) -> Mapping[str, Any]:
    """The drop a page is about: product, category, article, page. Empty for other pages."""
    found = context.get(template) if template in INDEXED else None
    return found if isinstance(found, Mapping) else {}


def description(template: str, context: Context, words: Words) -> str:
    """One or two sentences for a list of search results."""
    found = about(template, context)
    own = str(found.get("description") or found.get("summary") or "")
    if not own and template == "category" and found:
        own = words("meta.category", name=found["name"], shop=context["shop"]["name"])
    general = context["shop"]["seo_description"]
    own = own or str(general) or words("meta.description", shop=context["shop"]["name"])
    return own if len(own) <= LONGEST else own[: LONGEST - 1] + "…"


def head(
    template: str, context: Context, words: Words, *, locale: str, icons: tuple[str, str]
) -> Markup:
    """The tags of the document's head; `icons` are the theme's own, for a tab and
    for a phone's home screen, where a site has none."""
    tags = []
    if template in INDEXED and context["indexed"]:
        tags.append(_meta("name", "description", description(template, context, words)))
        tags += _card(template, context, words, locale)
    else:
        tags.append(_meta("name", "robots", "noindex"))
    own = str(context["shop"]["manifest"])
    tags += [_link("manifest", own)] if own and links.safe(own) == own else []
    return Markup("\n".join([*tags, *_icons(context, *icons)]))  # noqa: S704 - written below


def _meta(kind: str, name: str, text: object) -> str:
    """One meta tag; Markup.format would take ten times as long."""
    return f'<meta {kind}="{name}" content="{escape(text)}">'


def _link(rel: str, url: str, more: str = "") -> str:
    return f'<link rel="{rel}"{more} href="{escape(url)}">'


def _card(template: str, context: Context, words: Words, locale: str) -> list[str]:
    """The canonical address and what a link to this page looks like in a chat."""
    here, image = whole(context, context["canonical"]), picture(template, context)
    said = {
        "og:type": KINDS.get(template, "website"),
        "og:site_name": context["shop"]["name"],
        "og:title": title(template, context, words),
        "og:description": description(template, context, words),
        "og:url": here,
        "og:locale": LOCALES.get(locale, locale),
        "og:image": image,
    }
    tags = [_meta("property", name, text) for name, text in said.items() if text]
    tags.append(_meta("name", "twitter:card", "summary_large_image" if image else "summary"))
    return [_link("canonical", here), *tags] if here else tags


def _icons(context: Context, icon: str, touch: str) -> list[str]:
    """The icon of a tab and of a phone's home screen: the site's, or its theme's."""
    own = source(context["shop"]["favicon"])
    if own:
        return [_link("icon", own), _link("apple-touch-icon", own)]
    found = [_link("icon", icon, ' type="image/svg+xml"')]
    return [*found, _link("apple-touch-icon", touch)] if touch else found


def picture(template: str, context: Context) -> str:
    """The picture of the share card, whole address: of the page, of the site, of the theme."""
    own = source(about(template, context).get("picture"))
    return whole(context, own or source(context["shop"]["social"]) or context["share_art"])


def source(value: Any) -> str:
    """The address of a picture drop {src, …}, "" for none and for one no page may show."""
    found = str(value.get("src") or "") if isinstance(value, Mapping) else ""
    return found if _plain(found) else ""


def whole(context: Context, path: object) -> str:
    """A whole address of something on this site; "" when its host is not known."""
    text, origin = str(path or ""), str(context["origin"])
    if text.startswith(("https://", "http://")):
        return text if _plain(text) else ""
    return origin + text if origin and links.safe(text) == text and text[0] == "/" else ""


def _plain(url: str) -> bool:
    """Whether an address is a path of ours or a web address, without signs that end one."""
    https = "https" + url.removeprefix("http") if url.startswith("http://") else url
    return bool(url) and links.safe(https) == https and url[0] not in "#?"
