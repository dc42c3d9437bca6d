"""By whose link a browser came: a signed, host-only cookie that the last valid link writes anew.

It also knows the codes of those who opened their own promotion page here: nobody earns on what is
bought in a browser of his own. It is signed for one tenant and read by no other shop.
"""

from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, g, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from kameng.domains.promotion import queries
from kameng.domains.promotion.rules import Referral
from kameng.faces.frame import addresses
from kameng.faces.storefront import paths
from kameng.faces.storefront.blueprint import storefront
from kameng.kit import clock
from tenants.tree import Tenant

COOKIE = "came_by"
ASKED = "p"
AGE_SECONDS = 180 * 24 * 3600
MOST_OWN = 5


def of_this_browser(tenant: Tenant) -> Referral | None:
    """The last link this browser came by, and whose codes are its own; None for neither."""
    try:
        kept = _seal(tenant).loads(request.cookies.get(COOKIE, ""), max_age=AGE_SECONDS)
    except BadSignature:
        return None
    return Referral(
        code=str(kept.get("c", "")),
        at=datetime.fromtimestamp(int(kept.get("t", 0)), UTC),
        own=tuple(str(one) for one in kept.get("o", ())),
    )


def with_own(answer: Response, tenant: Tenant, code: str) -> Response:
    """`answer`, and this browser remembers that its user promotes under a code."""
    known = of_this_browser(tenant)
    if known and code in known.own:
        return answer
    own = [code, *(known.own if known else ())][:MOST_OWN]
    since = int(known.at.timestamp()) if known else 0
    return _write(answer, tenant, {"c": known.code if known else "", "t": since, "o": own})


@storefront.before_request
def came_by_a_link() -> Response | None:
    """A link with the code of a promoter leads to the same page without it; a code nobody has
    changes nothing."""
    if request.method != "GET" or ASKED not in request.args:
        return None
    found = queries.by_code(g.tenant, request.args[ASKED])
    if found is None:
        return None
    known = of_this_browser(g.tenant)
    kept = {
        "c": found.code,
        "t": int(clock.now().timestamp()),
        "o": list(known.own if known else ()),
    }
    rest = {name: value for name, value in request.args.items() if name != ASKED}
    there = paths.with_query(addresses.local_path(request.path, paths.HOME), **rest)
    answer = redirect(there, 302)
    answer.headers["Cache-Control"] = "no-store"
    return _write(answer, g.tenant, kept)  # type: ignore[arg-type]


def _write(answer: Response, tenant: Tenant, kept: dict[str, Any]) -> Response:
    answer.set_cookie(
        COOKIE,
        _seal(tenant).dumps(kept),
        max_age=AGE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return answer


def _seal(tenant: Tenant) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=f"came-by:{tenant.id}")
