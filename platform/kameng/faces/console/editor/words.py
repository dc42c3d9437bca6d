"""What the editor's script says, in the language of the page."""

from __future__ import annotations

from kameng.faces.console.editorwords import words as editorwords
from kameng.faces.console.panel import words as panelwords


def said() -> dict[str, str]:
    """Every text the script needs, by its key: of its frame and of its fields."""
    return {**editorwords.said(), **panelwords.said()}
