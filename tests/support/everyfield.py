"""A gallery for tests whose themes have one module more: it holds the kinds of settings no module
of ours has yet, and says what it was given."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from themes.engine import GALLERY, Shelf

NAME, TYPE = "各种设置", "every_field"
KINDS = {
    "flag": ("checkbox", "开关"),
    "shade": ("token_color", "颜色"),
    "article": ("article", "文章"),
    "menu": ("menu", "菜单"),
    "font": ("font", "字体"),
    "shown": ("visible_on", "设备"),
    "categories": ("category_list", "分类"),
    "until": ("datetime", "时刻"),
    "link": ("link", "去处"),
}
DRAWN = """<p>{{ s.flag }} {{ s.shade }} {{ s.article }} {{ s.menu }} {{ s.font }} {{ s.shown }}
{{ s.categories|length }} {{ s.until }}</p><a href="{{ s.link|link }}">{{ s.font }}</a>"""


def with_every_field(folder: Path) -> Shelf:
    """The real gallery, and this module in its base."""
    gallery = folder / "gallery"
    gallery.mkdir()
    for theme in GALLERY.iterdir():
        if theme.is_dir() and not theme.name.startswith(("_", ".", "base")):
            (gallery / theme.name).symlink_to(theme)
    shutil.copytree(GALLERY / "base", gallery / "base", copy_function=os.symlink)
    sections = gallery / "base/1.0/sections"
    (sections / f"{TYPE}.json").write_text(json.dumps(_schema()), "utf-8")
    (sections / f"{TYPE}.html").write_text("{% set s = section.settings %}" + DRAWN, "utf-8")
    return Shelf(gallery)


def _schema() -> dict[str, object]:
    settings = [
        {"id": key, "type": kind, "label": {"zh_CN": label, "en": key}}
        for key, (kind, label) in KINDS.items()
    ]
    return {
        "type": TYPE,
        "version": 1,
        "name": {"zh_CN": NAME, "en": "Every field"},
        "icon": "minus",
        "limit": 5,
        "varies": [],
        "common": ["audience", "schedule"],
        "settings": settings,
    }
