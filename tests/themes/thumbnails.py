"""Makes the small pictures that stand for each preset in the console's gallery and at sign-up:
`python -m tests.themes.thumbnails [theme …]` photographs the real home page with fixture values.

Each lies beside its preset as preview.webp; run it again whenever a theme has changed its looks."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.support.browser import chromium
from tests.themes.shown import served
from themes import engine

PHONE = {"width": 390, "height": 650}
SIZE = (300, 500)
QUALITY = 62


def picture(shot: bytes) -> bytes:
    """A screenshot as a small WebP."""
    whole = Image.open(BytesIO(shot)).convert("RGB").resize(SIZE, Image.Resampling.LANCZOS)
    out = BytesIO()
    whole.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def folder(theme: str, preset: str) -> Path:
    """Where a preset lies in the gallery."""
    line = ".".join(engine.theme(theme).version.split(".")[:2])
    return engine.GALLERY / theme / line / "presets" / preset


def main(themes: list[str]) -> None:
    """One picture for each preset of the themes named, or of all."""
    with served() as base, chromium() as browser:
        context = browser.new_context(viewport=PHONE, device_scale_factor=2)  # type: ignore[arg-type]
        for theme in themes or engine.THEMES:
            for preset in engine.presets(theme):
                tab = context.new_page()
                tab.goto(f"{base}/show/home?theme={theme}&preset={preset['key']}")
                tab.evaluate('document.querySelector(".testbar")?.remove()')
                made = picture(tab.screenshot())
                folder(theme, preset["key"]).joinpath("preview.webp").write_bytes(made)
                sys.stdout.write(f"{theme}/{preset['key']}: {len(made) / 1000:.1f} kB\n")
                tab.close()


if __name__ == "__main__":
    main(sys.argv[1:])
