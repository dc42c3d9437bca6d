"""Going through a document section by section, each with what its fields are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Library = Mapping[str, Mapping[str, Any]]
GROUP, OWN = "group:", "page:"


@dataclass(frozen=True, slots=True)
class Held:
    """The settings of a section or of one of its blocks, beside the specs of their fields."""

    page: str
    section: str
    type: str
    block: str
    specs: list[Mapping[str, Any]]
    settings: Mapping[str, Any]

    def of_type(self, *types: str) -> Iterator[Any]:
        """The values of its fields of these types, empty ones too."""
        for spec in self.specs:
            if spec["type"] in types and self._asked(spec):
                yield self.settings.get(spec["id"])

    def _asked(self, spec: Mapping[str, Any]) -> bool:
        """Whether the field is in use: those of another choice keep what was typed in them."""
        wanted = spec.get("show_if") or [{}]
        return any(
            all(self.settings.get(name, value) == value for name, value in one.items())
            for one in wanted
        )


def pages(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every page a document holds, by the editor's name for it."""
    yield from (document.get("templates") or {}).items()
    for name, one in (document.get("groups") or {}).items():
        yield GROUP + name, one
    for slug, one in (document.get("pages") or {}).items():
        yield OWN + slug, one


def sections(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every section with the page it is on."""
    for page, one in pages(document):
        for section in one.get("sections") or []:
            yield page, section


def held(document: Document, library: Library) -> Iterator[Held]:
    """Every section and block of a type the theme has."""
    for page, section in sections(document):
        known = library.get(section["type"])
        if known is not None:
            yield from _of(page, section, known)


def _of(page: str, section: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Held]:
    at = page, section["id"], section["type"]
    yield Held(*at, "", known["settings"], section.get("settings") or {})
    specs = {block["type"]: block["settings"] for block in known["blocks"]}
    for block in section.get("blocks") or []:
        if block["type"] in specs:
            yield Held(*at, block["id"], specs[block["type"]], block.get("settings") or {})
