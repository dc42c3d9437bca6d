"""On which line of a theme a site begins it: asked by whoever opens a site or changes its theme."""

from kameng.domains.design.rollouts import queries
from tenants.context import shared
from themes import engine


def usual(root_id: int, theme: str) -> str:
    """The line of `theme` for a site of this alliance that begins it now; nothing may be open in
    the binding around it. A theme of one line asks nobody."""
    lines = engine.lines(theme)
    if len(lines) == 1:
        return lines[0]
    with shared():
        return queries.usual_line(root_id, theme, lines)


def all_usual(root_id: int) -> dict[str, str]:
    """The same for every theme there is."""
    return {theme: usual(root_id, theme) for theme in engine.THEMES}
