"""Draws a page: each section by its template inside wrap.html, all of them inside page.html."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, cast

from markupsafe import Markup

from . import asks, assets, common, drops, images, ownpages, prepared, same, seo, structured, tokens
from .errors import Failure, RenderFailed, ThemeError, TooMuch
from .sandbox import Sandbox
from .theme import Theme

log = logging.getLogger(__name__)
SLOW_MS = 50.0
LONGEST_SECONDS = 2.0
LARGEST = 256_000
"""Signs of one section: twenty times what a page may weigh."""
KEPT = 4096
FRONTS = ("home", ownpages.TEMPLATE)
"""Pages whose `products` are all there is: without any the shop is empty."""
SHARE_ART = ("share.webp", "art/banner-mix.webp")
TOUCH = "touch.png"
Key = tuple[Theme, int, tuple[bytes | str, ...]]
_kept: OrderedDict[Key, tuple[prepared.Ready, str]] = OrderedDict()


def _keep(key: Key, drawn: tuple[prepared.Ready, str]) -> None:
    """Remember a drawing, forgetting the oldest. Two threads may draw the same: same result."""
    _kept[key] = drawn
    while len(_kept) > KEPT:
        _kept.popitem(last=False)


def forget() -> None:
    """Drop every kept drawing."""
    _kept.clear()


def _drawable(theme: Theme, template: str, arrangement: Mapping[str, Any]) -> bool:
    """Whether the theme has the page, or the site wrote it."""
    own = ownpages.slug_of(template)
    return bool(ownpages.page(arrangement, template)) if own else template in theme.templates


class Drawing:
    """One page being drawn. What a section may see is decided here and nowhere else, so that a
    section alone (an editor's preview) is the same string as in its page."""

    def __init__(
        self,
        theme: Theme,
        template: str,
        arrangement: Mapping[str, Any],
        given: Mapping[str, Any],
        locale: str,
    ) -> None:
        if not _drawable(theme, template, arrangement):
            raise ThemeError(f"theme {theme.name} has no template {template}")
        self.theme, self.locale = theme, locale
        self.template = ownpages.template_of(template)
        self.sandbox: Sandbox = theme.sandbox(locale)
        self.sections = prepared.page(theme, template, arrangement)
        self.own_colours = arrangement.get("tokens", {})
        self.words = cast(seo.Words, self.sandbox.globals["t"])
        completed = drops.completed(given, arrangement.get("site", {}))
        completed["shop"] |= self._pictures(arrangement.get("site", {}), completed["media"])
        if self.template in FRONTS:
            completed["shop"]["has_goods"] = bool(given.get("products", True))
        completed["share_art"] = self._share_art()
        self.context: dict[str, Any] = {
            **completed,
            "template": self.template,
            "menus": self._menus(arrangement, completed["shop"]),
            "page": {**(ownpages.page(arrangement, template) or {}), "sections": ()},
        }
        self.context["page_title"] = seo.title(self.template, self.context, self.words)
        self.failures = list(self.sections.broken)
        self.now: datetime = given.get("now") or datetime.now(UTC)
        self.first = self._first()
        self.first_shelf = self._first_shelf()
        self._keys: dict[str, bytes | str] = {}

    def _pictures(self, site: Mapping[str, Any], media: Mapping[str, Any]) -> dict[str, Any]:
        """Logo, icon and share picture, as far as the site set them."""
        found = images.of_the_site(site, self.theme.art, media)
        return {name: picture for name, picture in found.items() if picture}

    def _menus(self, arrangement: Mapping[str, Any], shop: Mapping[str, Any]) -> dict[str, Any]:
        usual = ownpages.usual(self.theme.menus, self.words)
        return ownpages.menus(arrangement, usual, can_open=bool(shop["can_open_sites"]))

    def _share_art(self) -> str:
        """The theme's picture for a share card, "" where it drew none; no card shows an SVG."""
        return next((self._file(one) for one in SHARE_ART if self._file(one)), "")

    def _file(self, path: str) -> str:
        return self.theme.asset_url(path) if path in self.theme.assets else ""

    def _icon(self) -> str:
        return self.theme.asset_url("favicon.svg")

    def _first(self) -> str:
        """The section a visitor meets first: its picture is fetched at once."""
        shown = (ready.values["id"] for ready in self.sections["main"] if self._shows(ready))
        return next(shown, "")

    def _first_shelf(self) -> str:
        """The first section that shows goods: the one to say that there are none yet."""
        shown = (one for one in self.sections["main"] if self._shows(one))
        return next((one.values["id"] for one in shown if asks.is_shelf(one)), "")

    def page(self) -> str:
        """The whole document."""
        words = {group: self.group(group) for group in prepared.GROUPS}
        tokens_hash, _ = tokens.css(self.theme.tokens, self.own_colours)
        return self.sandbox.get_template("layout/page.html").render(
            self.context,
            **words,
            titled="<h1" in words["main"],
            tokens_url=f"/tokens/{tokens_hash}.css",
            style_url=self.theme.asset_url(assets.STYLE),
            script_url=self.theme.asset_url(assets.SCRIPT),
            seo=seo.head(
                self.template,
                self.context,
                self.words,
                locale=self.locale,
                icons=(self._icon(), self._file(TOUCH)),
            ),
            structured=structured.block(
                self.template,
                self.context,
                self.words,
                [ready for ready in self.sections["main"] if self._shows(ready)],
            ),
        )

    def group(self, group: str) -> Markup:
        """All sections of a group, one after the other."""
        drawn = [self.section(ready) for ready in self.sections[group]]
        return Markup("\n".join(drawn))  # noqa: S704 - drawn by autoescaping templates

    def section(self, ready: prepared.Ready) -> str:
        """One section; "" when it is not for this page or could not be drawn."""
        if not self._shows(ready):
            return ""
        started = perf_counter()
        try:
            return self._drawn(ready)
        except Exception as problem:  # noqa: BLE001 - the live path never fails for one section's sake
            self._failed(ready, problem)
            return ""
        finally:
            self._watch(ready, (perf_counter() - started) * 1000)

    def _shows(self, ready: prepared.Ready) -> bool:
        """Whether the section is for this page, this visitor and this time; whoever arranges the
        page sees all of it."""
        if self.context["preview"]:
            return True
        if any(name not in self.context for name in ready.schema.needs):
            return False
        return common.shows(ready.values["settings"], self.context["member"], self.now)

    def _drawn(self, ready: prepared.Ready) -> str:
        """The section, from memory when all it may see is the same as before."""
        if ready.schema.varies is None or self.context["preview"]:
            return self._fresh(ready, self._nothing(ready) | self.context)
        at = ready.values["id"]
        first = f"{at == self.first}{at == self.first_shelf}"
        seen = (self._said(name, ready.values["id"]) for name in ready.schema.varies)
        shown = (same.key(self.context["media"].get(one)) for one in ready.media)
        key = (self.theme, id(ready), (self.locale, self.template, first, *seen, *shown))
        kept = _kept.get(key)
        if kept is None or kept[0] is not ready:
            kept = (ready, self._fresh(ready, self._seen(ready)))
            _keep(key, kept)
        return kept[1]

    def _nothing(self, ready: prepared.Ready) -> dict[str, Any]:
        """Empty values for what the section needs, for a preview of a page that lacks it."""
        return {name: [] for name in ready.schema.needs}

    def _said(self, name: str, section: str) -> bytes | str:
        """One drop as a key, written once per page; of the feeds only the section's own."""
        if name == "feeds":
            return same.key(self.context["feeds"].get(section))
        if name not in self._keys:
            self._keys[name] = same.key(self.context[name])
        return self._keys[name]

    def _seen(self, ready: prepared.Ready) -> dict[str, Any]:
        """The drops a kept section may see, as `_said` wrote them."""
        seen = {name: self.context[name] for name in ready.schema.varies or ()}
        if "feeds" in seen:
            own, section = self.context["feeds"], ready.values["id"]
            seen["feeds"] = {section: own[section]} if section in own else {}
        return seen | {"template": self.template, "preview": False}

    def _fresh(self, ready: prepared.Ready, context: Mapping[str, Any]) -> str:
        values = ready.filled(self.context["media"])
        at = ready.values["id"]
        section = values | {"first": at == self.first, "first_shelf": at == self.first_shelf}
        template = self.sandbox.get_template(f"sections/{ready.schema.type}.html")
        body = _bounded(template.generate(context, section=section), ready.schema.essential)
        if not body.strip():
            return ""
        wrap = self.sandbox.get_template("layout/wrap.html")
        return wrap.render(
            section=section,
            body=Markup(body),  # noqa: S704 - drawn by an autoescaping template
            tag=ready.schema.facts.get("tag", "section"),
            label=ready.schema.facts.get("label", ""),
        )

    def _failed(self, ready: prepared.Ready, problem: Exception) -> None:
        line, kind = self.theme.version, ready.schema.type
        where = f"theme={self.theme.name} line={line} page={self.template} section={kind}"
        if ready.schema.essential:
            raise RenderFailed(f"{where}: {problem!r}") from problem
        log.error("section skipped: %s", where, exc_info=problem)
        self.failures.append(Failure(ready.values["id"], kind, repr(problem)))

    def _watch(self, ready: prepared.Ready, took: float) -> None:
        if took > SLOW_MS:
            log.warning("slow section: %s took %.0f ms", ready.schema.type, took)


def _bounded(chunks: Iterable[str], essential: bool) -> str:
    """The drawn text, given up when it lasts or grows beyond all reason. What a page exists for
    is bounded by its drops: it is never cut off. Raises TooMuch."""
    if essential:
        return "".join(chunks)
    drawn, length, until = list[str](), 0, perf_counter() + LONGEST_SECONDS
    for chunk in chunks:
        drawn.append(chunk)
        length += len(chunk)
        if length > LARGEST or perf_counter() > until:
            raise TooMuch(f"{length} signs, or longer than {LONGEST_SECONDS} s")
    return "".join(drawn)
