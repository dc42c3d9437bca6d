"""What to say of a design before it is published: one function per thing that is often forgotten.

Only what would leave shoppers with a broken page stops; everything else is said, with the way
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from kameng.faces.console.checks import walk
from kameng.faces.console.checks.facts import EMPTY, SOLD_OUT, Facts
from kameng.faces.console.checks.walk import Document, Held, Library

STOP, WARN, OK = "stop", "warn", "ok"
ALT = ("alt", "label", "title", "name", "text")
BODY = {
    "rich_text": ("body",),
    "hotzone": ("picture",),
    "recharge": ("product",),
    "video": ("video",),
    "countdown": ("until",),
    "popup": ("picture", "title", "text"),
}
"""Without any of these a section of the type shows nothing."""
OF_BLOCKS = ("carousel", "friend_links", "image_cube", "product_tabs", "qr_codes", "testimonials")
"""Without a block these show nothing; others have the theme's own words then."""
PAGES_ONLY = ("main_page",)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that is not as it should be. `mend`: the console's page where it is changed, "" for
    the editor at this section; `key` names what of it; `way` is an address instead."""

    text: str
    page: str = ""
    section: str = ""
    mend: str = ""
    key: str = ""
    way: str = ""
    kind: str = WARN


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked through, and what it is held against."""

    document: Document
    library: Library
    facts: Facts

    def name(self, type_: str) -> str:
        """What a section is called."""
        return str(self.library.get(type_, {}).get("name", type_))

    def held(self) -> Iterator[Held]:
        """Every section and block."""
        return walk.held(self.document, self.library)

    @property
    def site(self) -> dict[str, Any]:
        """What the site says of itself."""
        return dict(self.document.get("site") or {})


def filing(look: Look) -> Iterator[Said]:
    """The number of the host in use; the law of the mainland asks for it."""
    if look.facts.filed:
        return
    host = look.facts.host
    if look.facts.own_host:
        text = _("%(host)s shows no filing number (备案号). Shops that serve the mainland must have"
                 " one; a fine threatens without it.", host=host)  # fmt: skip
        yield Said(text, mend="domains")
    elif look.facts.is_master:
        text = _("The platform shows no filing number (备案号) on %(host)s. Whoever runs the"
                 " platform sets it (KAMENG_ICP); or use a domain of your own that is filed.",
                 host=host)  # fmt: skip
        yield Said(text, mend="domains")
    else:
        text = _("The platform shows no filing number (备案号) on %(host)s. Ask the master site, or"
                 " use a domain of your own that is filed.", host=host)  # fmt: skip
        yield Said(text, mend="domains")


def signs(look: Look) -> Iterator[Said]:
    """Logo, contact, and what search engines read."""
    site = look.site
    if not site.get("logo"):
        yield Said(_("There is no logo: the shop's name stands in its place."), mend="site_info")
    if not site.get("service_contact") and not site.get("service_url"):
        yield Said(_("Shoppers find no contact for questions after buying."), mend="site_info")
    if not site.get("seo_description"):
        text = _("Search engines and chats find no description of the shop.")
        yield Said(text, mend="site_info")


def links(look: Look) -> Iterator[Said]:
    """Links to goods, categories, articles and pages that are not there."""
    for one in look.held():
        if any(not _leads(look, link) for link in one.of_type("link")):
            text = _("A link in “%(name)s” leads nowhere.", name=look.name(one.type))
            yield Said(text, one.page, one.section)
    for lines in (look.document.get("menus") or {}).values():
        for line in lines:
            if not _leads(look, line["link"]):
                text = _("The menu line “%(name)s” leads nowhere.", name=line["label"])
                yield Said(text, mend="menus")


def _leads(look: Look, link: Any) -> bool:
    kind, ref = (link or {}).get("kind", ""), (link or {}).get("ref", "")
    there = {
        "page": look.document.get("pages") or {},
        "product": look.facts.on_sale,
        "category": look.facts.categories,
        "article": look.facts.articles,
    }
    if kind == "external":
        return bool(ref)
    return kind not in there or ref in there[kind]


def goods(look: Look) -> Iterator[Said]:
    """Goods picked by hand that are no longer on sale here."""
    for one in look.held():
        lists = [ids or [] for ids in one.of_type("product_list")]
        picked = [*one.of_type("product"), *(each for ids in lists for each in ids)]
        gone = [each for each in picked if each and each not in look.facts.on_sale]
        if gone:
            text = _("“%(name)s” names %(n)s goods that are not on sale here; shoppers do not see"
                     " them.", name=look.name(one.type), n=len(gone))  # fmt: skip
            yield Said(text, one.page, one.section)
        if any(each and each not in look.facts.categories for each in one.of_type("category")):
            text = _("“%(name)s” shows a category that is not there.", name=look.name(one.type))
            yield Said(text, one.page, one.section)


def shelves(look: Look) -> Iterator[Said]:
    """Shelves with nothing on them, or nothing one could buy."""
    types = {(page, one["id"]): one["type"] for page, one in walk.sections(look.document)}
    for (page, section), state in look.facts.shelves.items():
        name = look.name(types.get((page, section), ""))
        if state == EMPTY:
            text = _("“%(name)s” has no goods to show.", name=name)
            yield Said(text, page, section)
        elif state == SOLD_OUT:
            text = _("Everything “%(name)s” shows is sold out.", name=name)
            yield Said(text, page, section, key="goods")


def empty(look: Look) -> Iterator[Said]:
    """Sections nobody filled, and those whose data is not there yet."""
    for page, section in walk.sections(look.document):
        known = look.library.get(section["type"])
        if known is None:
            continue
        settings, body = section.get("settings") or {}, BODY.get(section["type"], ())
        unfilled = section["type"] in OF_BLOCKS and not section.get("blocks")
        if unfilled or (body and not any(settings.get(one) for one in body)):
            text = _("“%(name)s” is empty.", name=known["name"])
            yield Said(text, page, section["id"])
        for need in known["needs"]:
            if need in look.facts.missing and need != "products":
                why = look.facts.missing[need]
                text = _("“%(name)s”: %(why)s", name=known["name"], why=why["text"])
                yield Said(text, page, section["id"], way=why["url"])


def texts(look: Look) -> Iterator[Said]:
    """Own pages that say nothing, and a front page with nothing on it."""
    for slug, page in (look.document.get("pages") or {}).items():
        if not any(_says(one) for one in page.get("sections") or []):
            text = _("The page “%(title)s” has no text.", title=page.get("title", slug))
            yield Said(text, walk.OWN + slug, mend="own_page", key=slug)
    home = (look.document.get("templates") or {}).get("home")
    if home is not None and not home.get("sections"):
        yield Said(_("The front page has no section: shoppers see an empty page."), "home")


def _says(section: dict[str, Any]) -> bool:
    if section["type"] == "rich_text":
        return bool((section.get("settings") or {}).get("body"))
    return section["type"] not in PAGES_ONLY


def pictures(look: Look) -> Iterator[Said]:
    """Pictures that are gone, and those without words for who cannot see them."""
    for one in look.held():
        ids = [each for each in one.of_type("image") if each]
        own = [each for each in ids if not each.startswith("art:")]
        if any(each not in look.facts.pictures for each in own):
            text = _("A picture of “%(name)s” was deleted.", name=look.name(one.type))
            yield Said(text, one.page, one.section)
        elif own and not _has_words(look, one, own):
            text = _("A picture of “%(name)s” has no words: who cannot see it, and search engines,"
                     " learn nothing of it.", name=look.name(one.type))  # fmt: skip
            yield Said(text, one.page, one.section, key="media")


def films(look: Look) -> Iterator[Said]:
    """Films that are gone; a picture is none."""
    for one in look.held():
        if any(each and each not in look.facts.films for each in one.of_type("video")):
            text = _("The video of “%(name)s” was deleted.", name=look.name(one.type))
            yield Said(text, one.page, one.section)


def _has_words(look: Look, one: Held, ids: list[str]) -> bool:
    beside = any(str(one.settings.get(name) or "").strip() for name in ALT)
    return beside or all(look.facts.pictures.get(each) for each in ids)


def waiting(look: Look) -> Iterator[Said]:
    """Sections the template cannot draw."""
    count = len(look.document.get("orphans") or [])
    if count:
        text = _("%(n)s sections wait for a template that has them; shoppers do not see them.",
                 n=count)  # fmt: skip
        yield Said(text)
