"""Which looks a site may take: its package says, and what it uses already stays its own."""

from flask import g

from kameng.domains.design import queries
from kameng.domains.design.errors import DesignMissing, ThemeNotInPackage
from kameng.domains.design.queries import RevisionFacts
from kameng.domains.design.rules import Arrangement
from kameng.domains.terms import queries as terms
from kameng.faces.console.forms import FormInvalid
from kameng.faces.frame import themewords
from themes import engine


def live() -> RevisionFacts:
    """The version shoppers see. Refuses DesignMissing."""
    found = queries.live_revision(g.tenant)
    if found is None:
        raise DesignMissing()
    return found


def document() -> Arrangement:
    """What shoppers see, as far as its template takes it. Refuses DesignMissing."""
    return engine.recovered(queries.live(g.tenant))[0]


def allows(theme: str) -> bool:
    """Whether the package has it; the theme a site uses already stays its own."""
    return terms.allowed(g.tenant).has_theme(theme) or theme == live().theme


def refuse_locked(theme: str) -> None:
    """Refuses FormInvalid for a theme nobody offers, ThemeNotInPackage."""
    if theme not in engine.THEMES:
        raise FormInvalid
    if not allows(theme):
        raise ThemeNotInPackage(theme=themewords.title(theme))
