"""Reading the bracketed forms that Stripe's SDKs post: `line_items[0][quantity]=1`."""

import re
from collections.abc import Iterable
from typing import Any

PIECE = re.compile(r"\[([^\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Turn flat pairs into dictionaries; what looks like a list becomes one."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        path = [head, *PIECE.findall(f"[{rest}" if rest else "")]
        _plant(tree, path, value)
    return {key: _listed(value) for key, value in tree.items()}


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    for piece in path[:-1]:
        below = tree.setdefault(piece or str(len(tree)), {})
        if not isinstance(below, dict):
            return
        tree = below
    tree[path[-1] or str(len(tree))] = value


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    below = {key: _listed(item) for key, item in value.items()}
    if below and all(key.isdigit() for key in below):
        return [below[key] for key in sorted(below, key=int)]
    return below
