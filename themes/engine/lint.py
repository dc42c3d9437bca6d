"""What a theme may not contain, found in its parsed templates and files, before anyone loads it.

Run as a test over the gallery. The Jinja tree answers for filters and texts, the HTML tree (with
expressions replaced by numbered marks) for markup; patterns alone would also hit what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import nodes
from jinja2.exceptions import TemplateError

from .sandbox import Sandbox
from .texts import LOCALES
from .theme import Theme

MARK = re.compile("\x01(\\d+)\x02")
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.S)
_STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.S)
_OUTSIDE = re.compile(r"^\s*(https?:|//|javascript:|data:)", re.I)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNQUOTED = re.compile(r"\s[\w:-]+=[^\"'\s>]")
LINKS = {"href", "src", "action", "formaction", "poster", "xlink:href"}
LEGAL = ("https://beian.miit.gov.cn/", "https://beian.mps.gov.cn/")
FORBIDDEN_TAGS = {"style", "iframe", "object", "embed", "base", "applet", "frame"}
FORBIDDEN_JS = (
    "innerHTML",
    "outerHTML",
    "eval(",
    "new Function",
    "document.write",
    "insertAdjacent",
)
FILES = {".html", ".json", ".css", ".js", ".svg", ".webp", ".png", ".toml", ".md"}


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where and what."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def theme(found: Theme) -> list[Fault]:
    """Every fault in a theme's own and inherited files."""
    faults: list[Fault] = []
    for folder in found.folders:
        faults += _foreign_files(folder)
        for file in sorted(folder.rglob("*.html")):
            faults += template(found, str(file.relative_to(folder)), file.read_text("utf-8"))
        faults += _assets(folder)
    return faults + _languages(found)


def template(found: Theme, name: str, source: str) -> list[Fault]:
    """The faults of one template's source."""
    sandbox = found.sandbox(LOCALES[0])
    try:
        tree = sandbox.parse(source, name)
        sandbox.compile(source, name)
    except TemplateError as problem:
        return [Fault(name, getattr(problem, "lineno", 0) or 0, str(problem))]
    return [*_tree(found, sandbox, name, tree), *_markup(name, source)]


def _tree(found: Theme, sandbox: Sandbox, name: str, tree: nodes.Template) -> Iterator[Fault]:
    """Filters that do not exist here (safe among them), texts nobody wrote, icons nobody drew."""
    for node in tree.find_all(nodes.Filter):
        if node.name not in sandbox.filters:
            yield Fault(name, node.lineno, f"filter {node.name} is not allowed")
    for call in tree.find_all(nodes.Call):
        said, key = getattr(call.node, "name", ""), call.args[0] if call.args else None
        if not isinstance(key, nodes.Const):
            continue
        if said == "t" and not _has_text(found, str(key.value)):
            yield Fault(name, call.lineno, f"text {key.value} is missing in a language")
        if said == "icon" and key.value not in found.icons.names():
            yield Fault(name, call.lineno, f"icon {key.value} is not drawn")


def _has_text(found: Theme, key: str) -> bool:
    return all(found.texts(locale).has(key) for locale in LOCALES)


def _languages(found: Theme) -> list[Fault]:
    """Every text exists in every language."""
    keys = {locale: set(found.texts(locale).entries) for locale in LOCALES}
    every = set().union(*keys.values())
    counted = {key for key in every if key.endswith(".one")}
    return [
        Fault(f"locales/{locale}.json", 0, f"{key} is missing")
        for locale in LOCALES
        for key in sorted(every - counted - keys[locale])
    ]


def _markup(name: str, source: str) -> list[Fault]:
    """The faults of the HTML around the expressions."""
    expressions: list[str] = []

    def numbered(match: re.Match[str]) -> str:
        expressions.append(match.group(1))
        return f"\x01{len(expressions) - 1}\x02" + "\n" * match.group().count("\n")

    text = _STATEMENT.sub(lambda match: "\n" * match.group().count("\n"), source)
    reader = _Reader(name, expressions)
    reader.given = _EXPRESSION.sub(numbered, text)
    reader.feed(reader.given)
    reader.close()
    return reader.faults


class _Reader(HTMLParser):
    """Walks the tags of one template."""

    def __init__(self, name: str, expressions: Sequence[str]) -> None:
        super().__init__()
        self.name, self.expressions = name, expressions
        self.faults: list[Fault] = []
        self.given = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FORBIDDEN_TAGS:
            self._fault(f"<{tag}> is not allowed")
        if tag == "script" and "src" not in given:
            self._fault("inline script")
        if tag == "img" and not {"width", "height", "alt"} <= set(given):
            self._fault("img needs width, height and alt")
        if _UNQUOTED.search(_QUOTED.sub('""', self.get_starttag_text() or "")):
            self._fault("unquoted attribute")
        for key, value in attrs:
            self._attribute(key, value or "")

    def _attribute(self, key: str, value: str) -> None:
        if key == "style" or key.startswith("on"):
            self._fault(f"attribute {key} is not allowed")
        mark = MARK.search(value)
        if key == "srcset" and mark and not self._ends(mark, "|srcset"):
            self._fault("srcset needs the srcset filter")
        if key not in LINKS:
            return
        if _OUTSIDE.match(value) and not value.startswith(LEGAL):
            self._fault(f"external URL {value}")
        if mark and not self._ends(mark, "|link"):
            self._fault(f"{key} needs the link filter")

    def _ends(self, mark: re.Match[str], filter_: str) -> bool:
        return self.expressions[int(mark.group(1))].rstrip(" -").endswith(filter_)

    def _fault(self, what: str) -> None:
        self.faults.append(Fault(self.name, self.getpos()[0], what))


def _assets(folder: Path) -> Iterator[Fault]:
    """Styles that fetch from elsewhere and scripts that write markup or code."""
    for file in sorted((folder / "assets").rglob("*")):
        if file.suffix == ".css":
            yield from style(file.name, file.read_text("utf-8"))
        if file.suffix == ".svg":
            yield from drawing(file.name, file.read_text("utf-8"))
        if file.suffix == ".js":
            yield from script(file.name, file.read_text("utf-8"))


def style(name: str, text: str) -> list[Fault]:
    """The faults of a stylesheet."""
    bad = re.finditer(r"@import|url\((?!\s*[\"']?data:)|expression\(|(?<![-\w])behavior:", text)
    return [Fault(name, _line(text, m.start()), f"{m.group()} is not allowed") for m in bad]


def drawing(name: str, text: str) -> list[Fault]:
    """The faults of an SVG: it may hold shapes, nothing that runs, fetches or holds markup."""
    bad = re.finditer(
        r"<(?:script|foreignObject|image|use|a|style|!ENTITY)\b|\son\w+=|href=|url\((?!#)", text
    )
    return [Fault(name, _line(text, m.start()), f"{m.group()} is not allowed") for m in bad]


def script(name: str, text: str) -> list[Fault]:
    """The faults of a script."""
    return [
        Fault(name, _line(text, text.index(word)), f"{word} is not allowed")
        for word in FORBIDDEN_JS
        if word in text
    ]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _foreign_files(folder: Path) -> list[Fault]:
    """Files of a kind no theme needs."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return [Fault(f.name, 0, "unknown kind of file") for f in files if f.suffix not in FILES]
