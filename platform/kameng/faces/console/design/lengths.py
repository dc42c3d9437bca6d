"""How long, large and heavy a picture or a film is; a figure and its unit stay on one line."""

from kameng.domains.design.media.queries import FilmFacts, MediaFacts

FAST = "\N{NO-BREAK SPACE}"


def clock(seconds: int) -> str:
    """ "1:05" of 65."""
    return f"{seconds // 60}:{seconds % 60:02}"


def size(row: MediaFacts) -> str:
    """ "1280 × 720", of a film as one sees it."""
    seen = row.film or row
    return f"{seen.width}{FAST}×{FAST}{seen.height}"


def weight(row: MediaFacts) -> str:
    """ "41 kB" of a picture in all its widths."""
    return f"{max(1, round(row.bytes / 1024))}{FAST}kB"


def told(row: MediaFacts) -> str:
    """ "0:32 · 1280 × 720 · 4.1 MB"; "" for a picture."""
    film = row.film
    return f"{_long(film)} · {size(row)} · {_heavy(film)}" if film else ""


def short(row: MediaFacts) -> str:
    """The same for a small card, on one line: of a film without its size."""
    film = row.film
    return f"{_long(film)} · {_heavy(film)}" if film else f"{size(row)} · {weight(row)}"


def _long(film: FilmFacts) -> str:
    return clock(max(1, round(film.ms / 1000)))


def _heavy(film: FilmFacts) -> str:
    return f"{max(0.1, film.bytes / 1048576):.1f}{FAST}MB"
