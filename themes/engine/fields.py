"""Setting types: what a schema's field accepts, as pydantic annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

from . import images, links, richtext

Spec = Mapping[str, Any]
ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
COLOUR = r"^#[0-9a-fA-F]{6}$"
AUDIENCE = r"^(all|guest|member|tier:[1-9][0-9]?)$"
FONTS = ("system", "rounded", "serif")
SCHEMES = ("plain", "soft", "brand", "deep")
LABELS_ONLY = ("header", "note")


class Link(BaseModel):
    """A structured link: a kind of page and, where it needs one, which."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["", "home", "categories", "orders", "member", "notices", "help", "open",
                  "category", "product", "page", "article", "external"] = ""  # fmt: skip
    ref: Annotated[str, StringConstraints(max_length=300)] = ""


class Schedule(BaseModel):
    """From when until when a section shows; either end may be open."""

    model_config = ConfigDict(extra="forbid")
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


def checked_link(link: Link) -> Link:
    """Drop what is no plain reference: an unsafe address becomes no link at all."""
    if link.kind == "external":
        good = link.ref.startswith("https://") and links.safe(link.ref) == link.ref
    else:
        good = bool(re.fullmatch(ID, link.ref)) or not link.ref
    return link if good else Link()


def _text(spec: Spec) -> Any:
    return Annotated[str, StringConstraints(max_length=spec.get("max_length", 200))]


def _long(spec: Spec) -> Any:
    return Annotated[str, StringConstraints(max_length=spec.get("max_length", 2000))]


def _rich(spec: Spec) -> Any:
    limit = StringConstraints(max_length=spec.get("max_length", 20_000))
    return Annotated[str, limit, AfterValidator(richtext.clean_block)]


def _inline(spec: Spec) -> Any:
    limit = StringConstraints(max_length=spec.get("max_length", 1000))
    return Annotated[str, limit, AfterValidator(richtext.clean_inline)]


def _number(spec: Spec) -> Any:
    return Annotated[int, Field(ge=spec.get("min", 0), le=spec.get("max", 1_000_000), strict=True)]


def _choice(spec: Spec) -> Any:
    return Literal[tuple(option["value"] for option in spec["options"])]


def _of(values: tuple[str, ...]) -> Callable[[Spec], Any]:
    return lambda spec: Literal[values]


def _id(spec: Spec) -> Any:
    """One id, or "" for none."""
    return Annotated[str, StringConstraints(pattern=f"{ID}|^$")]


def _image(spec: Spec) -> Any:
    """A media id, a picture of the theme (`art:<name>`), or "" for none."""
    own = f"^{images.ART}{images.NAME}$"
    return Annotated[str, StringConstraints(pattern=f"{ID}|{own}|^$")]


def _audience(spec: Spec) -> Any:
    """Everybody, guests, members, or members of at least a tier's rank (`tier:3`)."""
    return Annotated[str, StringConstraints(pattern=AUDIENCE)]


def _ids(spec: Spec) -> Any:
    one = Annotated[str, StringConstraints(pattern=ID)]
    return Annotated[list[one], Field(max_length=spec.get("max", 24))]


def _link(spec: Spec) -> Any:
    as_plain = PlainSerializer(lambda link: {"kind": link.kind, "ref": link.ref})
    return Annotated[Link, AfterValidator(checked_link), as_plain]


def _colour(spec: Spec) -> Any:
    return Annotated[str, StringConstraints(pattern=f"{COLOUR}|^$")]


def _bool(spec: Spec) -> Any:
    return Annotated[bool, Field(strict=True)]


def _when(spec: Spec) -> Any:
    return AwareDatetime | None


def _schedule(spec: Spec) -> Any:
    return Schedule


TYPES: dict[str, Callable[[Spec], Any]] = {
    "text": _text,
    "textarea": _long,
    "richtext": _rich,
    "inline_richtext": _inline,
    "number": _number,
    "range": _number,
    "checkbox": _bool,
    "select": _choice,
    "segmented": _choice,
    "icon": _choice,
    "link": _link,
    "token_color": _colour,
    "color_scheme": _of(SCHEMES),
    "font": _of(FONTS),
    "visible_on": _of(("all", "mobile", "desktop")),
    "audience": _audience,
    "datetime": _when,
    "schedule": _schedule,
    "image": _image,
    **dict.fromkeys(
        ("video", "product", "category", "coupon", "activity", "article", "menu", "page"),
        _id,
    ),
    **dict.fromkeys(("product_list", "category_list"), _ids),
}
EMPTY: dict[str, Any] = {
    "checkbox": False,
    "number": 0,
    "range": 0,
    "product_list": [],
    "category_list": [],
    "link": {},
    "datetime": None,
    "schedule": {},
    "color_scheme": "plain",
    "font": "system",
    "visible_on": "all",
    "audience": "all",
}


def annotation(spec: Spec) -> Any:
    """The pydantic annotation of one field spec. KeyError for a type nobody knows."""
    return TYPES[spec["type"]](spec)


def default(spec: Spec) -> Any:
    """What a field holds when nobody set it; written into every saved arrangement."""
    return spec["default"] if "default" in spec else EMPTY.get(spec["type"], "")
