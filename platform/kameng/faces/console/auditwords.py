"""What the acts in the audit log are called."""

from typing import Any

from flask_babel import lazy_gettext as _

ACTS: dict[str, Any] = {
    "category.created": _("Category added"),
    "member.freeze": _("Member frozen"),
    "member.unfreeze": _("Member unfrozen"),
    "secret.revealed": _("Secret looked at"),
    "secrets.added": _("Secrets added"),
    "secrets.voided": _("Secrets voided"),
    "secrets.restored": _("Secrets put back on sale"),
    "level.add": _("Price level added"),
    "package.create": _("Package added"),
    "package.edit": _("Package changed"),
    "terms.level": _("Site moved to another level"),
    "site.suspended": _("Site suspended"),
    "site.resumed": _("Site resumed"),
}


def act(code: str) -> str:
    """The act in words; an unknown one as its code."""
    return str(ACTS.get(code, code))


def change(
    before: dict[str, Any] | None, after: dict[str, Any] | None
) -> list[tuple[str, str, str]]:
    """What differs: (field, before, after), as short text."""
    old, new = before or {}, after or {}
    names = sorted({*old, *new})
    return [
        (name, _text(old.get(name)), _text(new.get(name)))
        for name in names
        if old.get(name) != new.get(name)
    ][:8]


def _text(value: Any) -> str:
    return "—" if value in (None, "") else str(value)[:80]
