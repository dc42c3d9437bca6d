"""A page that holds every section an agent may add, filled as the schema allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from tests.themes.pages import cards, common, of_the_library, skus
from tests.themes.pages import every_page as pages
from themes import engine
from themes.engine.schemas import SectionSchema

TEMPLATE = "home"
MEDIA = "m1"
FILM = {"src": "/film.mp4", "type": "video/mp4", "width": 1280, "height": 720, "seconds": 32}
SHOWN = {"src": "/art.webp", "srcset": "", "width": 1200, "height": 480, "film": FILM}
"""A still of a film, which is a picture too."""
VALUES: dict[str, Any] = {
    "image": "art:banner-mix",
    "video": MEDIA,
    "link": {"kind": "categories", "ref": ""},
    "product": "p1",
    "category": "c1",
    "product_list": ["p1", "p2"],
    "checkbox": True,
    "datetime": "2099-01-01T00:00:00+08:00",
    "richtext": "<p>正文</p>",
    "inline_richtext": "正文",
}
CORPUS = (
    "{{ 7*7 }}{% raw %}${7*7}",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '" onfocus=alert(1) x="',
    "</title></style></textarea><svg onload=alert(1)>",
    "<!--",
    "]]><img src=x onerror=alert(1)>",
    "\u202eevil\u0000\ufeff",
)
"""What somebody hostile writes into a field."""
Words = str | tuple[str, ...]
TEXTS = ("text", "textarea")
AS_IS = ("audience", "schedule", "visible_on", "color_scheme")


def value(spec: Mapping[str, Any], text: Words) -> Any:
    """A benign value of a field; its texts are `text`, or one of several by the field's name."""
    if spec["type"] in TEXTS:
        words = text if isinstance(text, str) else text[crc32(spec["id"].encode()) % len(text)]
        return words[: spec.get("max_length", 200)]
    if spec["type"] in AS_IS or "options" in spec or "min" in spec:
        return spec.get("default", "")
    return VALUES.get(spec["type"], spec.get("default", ""))


def _filled(specs: list[Mapping[str, Any]], text: Words) -> dict[str, Any]:
    return {spec["id"]: value(spec, text) for spec in specs if "id" in spec}


def addable(theme: str) -> Iterator[SectionSchema]:
    """The section types an agent may put on the front page, or over it."""
    for schema in engine.theme(theme).schemas.values():
        here = schema.templates is None or TEMPLATE in schema.templates
        if here and not schema.locked and {"main", "overlay"} & set(schema.groups):
            yield schema


def section(schema: SectionSchema, text: Words = "示例文字") -> dict[str, Any]:
    """One section of this type with two blocks of each kind."""
    kinds = schema.facts.get("blocks", [])
    blocks = [_block(kind, n, text) for kind in kinds for n in (1, 2)]
    settings = _filled(schema.facts["settings"], text)
    return {"id": schema.type, "type": schema.type, "settings": settings, "blocks": blocks}


def _block(kind: Mapping[str, Any], n: int, text: Words) -> dict[str, Any]:
    name = kind["type"]
    return {"id": f"{name}{n}", "type": name, "settings": _filled(kind["settings"], text)}


def site(theme: str, text: Words = "示例文字", **changed: dict[str, Any]) -> dict[str, Any]:
    """An arrangement with every section on its front page; `changed` replaces some by type."""
    found = engine.start(theme, engine.presets(theme)[0]["key"], "星火点卡", "")
    groups: dict[str, list[dict[str, Any]]] = {"main": [], "overlay": []}
    for schema in addable(theme):
        group = "main" if "main" in schema.groups else "overlay"
        groups[group].append(changed.get(schema.type) or section(schema, text))
    found["templates"][TEMPLATE] = {"sections": groups["main"]}
    found["groups"]["overlay"]["sections"] += groups["overlay"]
    return engine.normalise(found)


def drops() -> dict[str, Any]:
    """What such a page is drawn from."""
    home = pages()["home"][1]
    recharge = {"product": {"name": "中国移动话费 快充", "url": "/p/p6"}, "skus": skus()}
    tabs = {f"tab{n}": cards()[n : n + 4] for n in (1, 2)}
    return common(
        "home",
        **{key: home[key] for key in ("categories", "products", "notices")},
        **of_the_library() | {"recharges": {"recharge": recharge}},
        feeds={"product_tabs": tabs},
        media={MEDIA: SHOWN},
    )


def page(theme: str, text: Words = "示例文字", **more: Any) -> str:
    """The whole page as HTML."""
    return engine.render(
        theme, TEMPLATE, arrangement=site(theme, text), drops=drops() | more, failed=None
    )


def nothing() -> dict[str, Any]:
    """The drops of a preview in a shop that has no data for any of it."""
    empty: dict[str, Any] = {name: [] for name in of_the_library()}
    return empty | {"feeds": {}, "products": [], "media": {}, "preview": True}
