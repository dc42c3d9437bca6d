"""The one thing signup's pages may do that the frame forbids: a form that ends on another host.

A browser holds form-action against every redirect after a form too, and the last one leads to the
shop that was just opened, which has its own host below the base domain.
"""

from flask import Response

from kameng.config import settings
from kameng.faces.frame import headers


def let_forms_reach_the_new_site(response: Response) -> Response:
    """Add the sites below the base domain to form-action."""
    now = settings()
    sites = now.address(now.host("*"), path="")
    plain = headers.policy("signup")
    response.headers["Content-Security-Policy"] = plain.replace(
        "form-action 'self'", f"form-action 'self' {sites}"
    )
    return response
