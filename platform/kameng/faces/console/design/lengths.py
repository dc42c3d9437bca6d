"""How long and how large a film is, on one line."""

from kameng.domains.design.media.queries import MediaFacts


def clock(seconds: int) -> str:
    """ "1:05" of 65."""
    return f"{seconds // 60}:{seconds % 60:02}"


def told(row: MediaFacts) -> str:
    """ "0:32 · 1280 × 720 · 4.1 MB"; "" for a picture."""
    film = row.film
    if film is None:
        return ""
    size = f"{film.width} × {film.height}"
    return f"{clock(max(1, round(film.ms / 1000)))} · {size} · {film.bytes / 1048576:.1f} MB"
