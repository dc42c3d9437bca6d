"""What the console loads is what its sources say, and every library is what it claims to be."""

import base64
import hashlib
import tomllib
from pathlib import Path

from kameng.faces.frame import assets

SOURCES = Path(__file__).parents[3] / "frontend" / "src"
BUNDLED = ("editor.js", "editor.css")


def test_own_styles_and_scripts_were_built_from_the_sources():
    own = [file for file in SOURCES.iterdir() if file.suffix in (".css", ".js", ".svg")]
    assert own
    for file in own:
        built = assets.DIST / assets.manifest()[file.name]
        assert built.read_bytes() == file.read_bytes(), f"run npm run build: {file.name}"


def test_the_editor_was_built_from_its_sources():
    whole = hashlib.sha256()
    names = {path.relative_to(SOURCES.parent).as_posix(): path for path in _files("editor")}
    for name in sorted(names):
        whole.update(f"{name}\n{names[name].read_text('utf-8')}\n".encode())
    mark = f"/* sources {whole.hexdigest()[:16]} */"
    for name in BUNDLED:
        built = (assets.DIST / assets.manifest()[name]).read_text("utf-8")
        assert built.startswith(mark), f"run npm run build: {name}"


def _files(folder: str) -> list[Path]:
    return [path for path in (SOURCES / folder).rglob("*") if path.is_file()]


def test_every_library_is_listed_with_its_digest_and_licence():
    listed = tomllib.loads((assets.DIST / "VENDOR.toml").read_text())["library"]
    for library in listed:
        digest = hashlib.sha384((assets.DIST / library["file"]).read_bytes()).digest()
        assert base64.b64encode(digest).decode() == library["sha384"], library["name"]
        assert library["licence"] in ("MIT", "0BSD")
        name = library["name"].replace("@", "").replace("/", "-") + ".txt"
        assert (assets.DIST / "licences" / name).exists()
    own = {assets.manifest()[file.name] for file in SOURCES.glob("*.[cjs][sv]*")}
    own |= {assets.manifest()[name] for name in BUNDLED}
    kept = {file.name for file in assets.DIST.glob("*.*.*")}
    assert kept - own <= {library["file"] for library in listed} | own


def test_nothing_we_serve_loads_from_elsewhere():
    for name in assets.manifest().values():
        text = (assets.DIST / name).read_text()
        assert "@import" not in text
        assert "url(http" not in text
        assert "//cdn" not in text
