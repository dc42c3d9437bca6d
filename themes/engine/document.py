"""The skeleton every arrangement shares, whatever theme it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from . import fields, links
from .errors import Problem

M = TypeVar("M", bound=BaseModel)
MOST_PAGES = 50
MOST_SECTIONS = 60
MOST_ORPHANS = 200
LIMITS = ("max_length", "min_length", "le", "ge")
"""What pydantic calls the limit a value breaks."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
SectionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Short = Annotated[str, StringConstraints(max_length=80, strip_whitespace=True)]
Long = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
PageName = Annotated[str, StringConstraints(pattern=r"^(page:)?[a-z0-9][a-z0-9_-]{0,39}$")]
Label = Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Picture = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_-]{0,63}$|^$")]
Description = Annotated[str, StringConstraints(max_length=160, strip_whitespace=True)]
Link = Annotated[fields.Link, AfterValidator(fields.checked_link)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]


def _outside_or_nothing(url: str) -> str:
    """An https, mailto or tel address, or no address."""
    return "" if not url or url[0] in "/#?" or links.safe(url) != url else url


class Part(BaseModel):
    """Base of all parts: nothing unforeseen is stored."""

    model_config = ConfigDict(extra="forbid")


class Block(Part):
    """A repeated piece of a section; its settings are checked by the section's schema."""

    id: SectionId
    type: Name
    settings: dict[str, Any] = Field(default_factory=dict)


class Section(Part):
    """One section in its place on a page."""

    id: SectionId
    type: Name
    v: Annotated[int, Field(ge=1, le=10_000)] = 1
    settings: dict[str, Any] = Field(default_factory=dict)
    blocks: list[Block] = Field(default_factory=list, max_length=50)
    hide: list[Literal["mobile", "desktop"]] = Field(default_factory=list)


class Page(Part):
    """The sections of one page or group, in order."""

    sections: list[Section] = Field(default_factory=list, max_length=MOST_SECTIONS)


class OwnPage(Page):
    """A page the site wrote itself; `listed` puts it in the sitemap and in lists of pages."""

    title: Title
    description: Description = ""
    listed: bool = False


class Entry(Part):
    """One line of a menu."""

    label: Label
    link: Link


class Menus(Part):
    """The site's own ways through it; an empty menu leaves the theme's."""

    main: list[Entry] = Field(default_factory=list, max_length=6)
    footer: list[Entry] = Field(default_factory=list, max_length=12)


class Orphan(Part):
    """A section of a type the present theme lacks, kept for the day it comes back."""

    page: PageName
    at: Annotated[int, Field(ge=0, le=1000)]
    section: Section


class Tokens(Part):
    """The colours a site may set."""

    primary: Colour | None = None
    accent: Colour | None = None


class Site(Part):
    """What a site says of itself on every page."""

    name: Short = ""
    logo_text: Short = ""
    notice: Long = ""
    service_contact: Long = ""
    service_url: Annotated[Long, AfterValidator(_outside_or_nothing)] = ""
    icp: Short = ""
    icp_police: Short = ""
    seller: Short = ""
    licence: Short = ""
    logo: Picture = ""
    favicon: Picture = ""
    social: Picture = ""
    seo_title: Short = ""
    seo_description: Description = ""


class Document(Part):
    """A whole arrangement."""

    theme: Name
    version: str = ""
    tokens: Tokens = Field(default_factory=Tokens)
    site: Site = Field(default_factory=Site)
    groups: dict[Name, Page] = Field(default_factory=dict)
    templates: dict[Name, Page] = Field(default_factory=dict)
    pages: dict[Slug, OwnPage] = Field(default_factory=dict, max_length=MOST_PAGES)
    menus: Menus = Field(default_factory=Menus)
    orphans: list[Orphan] = Field(default_factory=list, max_length=MOST_ORPHANS)


def validated(model: type[M], values: Any, path: str) -> tuple[M | None, list[Problem]]:
    """The model of `values`, or None and a problem for each field that is wrong."""
    try:
        return model.model_validate(values), []
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False, include_input=False)
        return None, [_problem(_path(path, error["loc"]), error) for error in errors]


def _problem(path: str, error: ErrorDetails) -> Problem:
    limits = [v for k, v in error.get("ctx", {}).items() if k in LIMITS]
    return Problem(path, error["msg"], error["type"], str(limits[0]) if limits else "")


def _path(path: str, places: Sequence[int | str]) -> str:
    return ".".join([*([path] if path else []), *map(str, places)])
