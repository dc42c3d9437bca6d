"""How a form comes back to a theme: where it is posted, what was wrong, what had been typed."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import Form, PasswordField


def of(form: Form, *, action: str, errors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """`form` as a theme sees it; `errors` adds refusals of the domains (key "form" = the whole
    form). Passwords are never written back into a page; what was
    never typed is missing, so that the theme puts its own default there."""
    wrong = {field.name: str(field.errors[0]) for field in form if field.errors}
    return {"action": action, "errors": {**wrong, **(errors or {})}, "values": _typed(form)}


def _typed(fields: Iterable[Any]) -> dict[str, Any]:
    return {
        field.name: field.data if isinstance(field.data, bool) else str(field.data)
        for field in fields
        if field.data is not None and not isinstance(field, PasswordField)
    }
