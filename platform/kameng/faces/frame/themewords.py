"""What a theme is called, in the language of whoever reads it."""

from kameng.faces.frame import i18n
from themes import engine


def title(theme: str) -> str:
    """A theme's name; one that left the gallery by its plain name."""
    return said(engine.title(theme)) if theme in engine.THEMES else theme


def said(titles: dict[str, str]) -> str:
    """The one of several titles that fits."""
    return titles.get(i18n.locale()) or titles.get("zh_CN") or next(iter(titles.values()), "")
