"""`python -m bench [--soak] [group …]`: run groups one after the other, each in its own process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
_NO_GROUPS = {"__init__", "__main__", "figure"}


def groups() -> list[str]:
    """Every group there is: a file of this folder with a main()."""
    found = (path for path in HERE.glob("*.py") if path.stem not in _NO_GROUPS)
    return sorted(path.stem for path in found if "\ndef main(" in path.read_text())


def main() -> int:
    """Run what was asked for; the status says whether every group came to its end."""
    flags = [word for word in sys.argv[1:] if word.startswith("--")]
    asked = [word for word in sys.argv[1:] if word not in flags] or groups()
    unknown = sorted(set(asked) - set(groups()))
    if unknown:
        print(f"No such group: {', '.join(unknown)}. There are: {', '.join(groups())}.")
        return 2
    failed = [group for group in asked if not _ran(group, flags)]
    if failed:
        print(f"Not finished: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _ran(group: str, flags: list[str]) -> bool:
    start = f"from bench.{group} import main; main()"
    done = subprocess.run([sys.executable, "-c", start, *flags], cwd=HERE.parent, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
