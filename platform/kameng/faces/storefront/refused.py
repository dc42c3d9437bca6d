"""When the shop says no: what the refused work had written is undone, and the form comes back
with everything typed and a sentence at the right field."""

from flask import Response

from kameng.faces.frame import problems, refusals
from kameng.faces.storefront.answer import page
from kameng.kit.errors import Refusal
from tenants.database import db

FIELD_OF = {
    "out_of_stock": "quantity",
    "quantity_out_of_range": "quantity",
    "query_password_needed": "query_password",
    "contact_invalid": "contact",
    "adult_statement_missing": "adult",
    "bad_contact": "login",
    "contact_taken": "login",
    "weak_password": "password",
    "consent_missing": "consent",
    "too_young": "consent",
}


def undo() -> None:
    """Roll back what the refused verb had written; the next query starts afresh."""
    db.session.rollback()


def text(refusal: Refusal) -> str:
    """What the refusal says to the shopper."""
    return refusals.text(refusal)


def as_errors(refusal: Refusal) -> dict[str, str]:
    """The refusal as a form error: at its field, or over the whole form."""
    return {FIELD_OF.get(refusal.code, "form"): text(refusal)}


def paint(problem: problems.Problem) -> Response:
    """The problem page of a shop, drawn by its theme."""
    if problem.status == 404:
        return page("not_found", status=404)
    drops = {"title": problem.title, "text": problem.text, "code": problem.code}
    return page("refused", drops, status=problem.status)
