"""Makes what a browser cannot show from an SVG: `python -m tests.themes.sharepics [theme …]` draws
each theme's icon for a phone's home screen, and the share picture of themes whose banner is SVG."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.support.browser import chromium
from themes import engine

ICON, CARD = (180, 180), (1200, 630)
GROUND = {"mini": "#ffffff", "app": "#dff3e6"}
BEHIND = {"neon": "#0d1022", "fest": "#d5181f", "app": "#0a8646", "clean": "#2f6af5"}
"""Below the icon's corners, which a phone cuts off in its own way."""
PAGE = '<body style="margin:0;display:grid;place-items:center;height:100vh;background:{}">{}</body>'


def assets(theme: str) -> Path:
    """Where a theme's files lie in the gallery."""
    return engine.GALLERY / theme / engine.theme(theme).version / "assets"


def main(themes: list[str]) -> None:
    """The pictures of the themes named, or of all."""
    with chromium() as browser:
        tab = browser.new_page()

        def shot(svg: str, ground: str, size: tuple[int, int]) -> Image.Image:
            tab.set_viewport_size({"width": size[0], "height": size[1]})
            tab.set_content(PAGE.format(ground, svg.replace("<svg", '<svg width="100%"', 1)))
            return Image.open(BytesIO(tab.screenshot())).convert("RGB")

        for theme in themes or engine.THEMES:
            folder = assets(theme)
            icon = shot(
                (folder / "favicon.svg").read_text("utf-8"), BEHIND.get(theme, "#111"), ICON
            )
            icon.save(folder / "touch.png", optimize=True)
            if theme in GROUND:
                banner = (folder / "art" / "banner-mix.svg").read_text("utf-8")
                made = shot(banner, GROUND[theme], CARD)
                made.save(folder / "share.webp", "WEBP", quality=82, method=6)
            sys.stdout.write(f"{theme}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
