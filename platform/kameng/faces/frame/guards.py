"""The one decorator every view wears: it says who may come in and binds what the view works on."""

from collections.abc import Callable
from functools import wraps
from inspect import signature as signature_of
from inspect import unwrap
from typing import Any
from urllib.parse import urlencode

from flask import abort, current_app, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as NoSuchPage

from kameng.config import settings
from kameng.domains.accounts.roles.rules import MASTER_ONLY
from kameng.domains.accounts.staff import queries as staff_accounts
from kameng.domains.accounts.staff import rules as staff_rules
from kameng.domains.accounts.staff.queries import StaffFacts
from kameng.domains.accounts.staff.rules import Grant
from kameng.faces.frame import addresses, csrf, keyholders, permissions, problems, who
from kameng.faces.frame.forwarded import is_near
from kameng.kit import clock
from kameng.kit.errors import Forbidden, NotFound, Refusal
from tenants import registry
from tenants.context import shared, use
from tenants.database import commit_bound
from tenants.tree import Tenant

View = Callable[..., ResponseReturnValue]


class NotAllowed(Forbidden):
    """Signed in, but the role on this site does not hold the permission."""

    code = "not_allowed"


def public(view: View) -> View:
    """Anyone; on a tenant's host the site is already bound."""

    @wraps(view)
    def guarded(**parts: Any) -> ResponseReturnValue:
        return view(**parts)

    return _named("public", guarded)


def member(view: View) -> View:
    """Members of this site; others are asked to sign in and come back here."""

    @wraps(view)
    def guarded(**parts: Any) -> ResponseReturnValue:
        if who.member() is None:
            return redirect("/sign-in?" + _next(), 303)
        return view(**parts)

    return _named("member", guarded)


def signature(view: View) -> View:
    """Machines that prove themselves by a signature the view checks; no CSRF token."""

    @wraps(view)
    def guarded(**parts: Any) -> ResponseReturnValue:
        return view(**parts)

    csrf.protect.exempt(guarded)
    return _named("signature", guarded)


def api(permission: str) -> Callable[[View], View]:
    """Programs that show a key of this site which may do it now; no cookie, so no form token."""
    permissions.check(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> ResponseReturnValue:
            keyholders.enter(permission)
            return view(**parts)

        csrf.protect.exempt(guarded)
        limited = keyholders.by_address(keyholders.by_key(guarded))
        return _named(f"api:{permission}", limited)

    return decorate


def near(view: View) -> View:
    """Machines at this or a trusted address, asking for themselves; nobody else finds a page."""

    @wraps(view)
    def guarded(**parts: Any) -> ResponseReturnValue:
        if not is_near(request.environ, settings().trusted_proxies):
            raise NoSuchPage
        return view(**parts)

    return _named("near", guarded)


def entry(view: View | None = None, *, again: View | None = None) -> Any:
    """Console pages before sign-in; inside shared(), committed when the view answers."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> ResponseReturnValue:
            return _answer(shared, view, parts, again)

        return _named("entry", guarded)

    return decorate(view) if view else decorate


def console(view: View | None = None, *, again: View | None = None) -> Any:
    """Signed-in staff, no site chosen; inside shared()."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parts: Any) -> ResponseReturnValue:
            with shared():
                person = who.staff()
            if person is None:
                return _to_sign_in()
            return _answer(shared, view, parts, again)

        return _named("console", guarded)

    return decorate(view) if view else decorate


def staff(permission: str, *, again: View | None = None) -> Callable[[View], View]:
    """Staff whose role on the site of /s/<slug>/ holds the permission; binds that site.

    again: the page to show once more, with what was typed and why it was refused, when the view
    raises a Refusal. What the refused view had written is rolled back first.
    """
    permissions.check(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(slug: str, **parts: Any) -> ResponseReturnValue:
            stop = _enter(slug, permission)
            if stop is not None:
                return stop
            back = wraps(again)(lambda **p: again(slug=slug, **p)) if again else None
            return _answer(lambda: use(g.tenant), view, parts, back)

        return _named(f"staff:{permission}", guarded)

    return decorate


def _enter(slug: str, permission: str) -> ResponseReturnValue | None:
    """Set g.staff, g.tenant, g.grant, g.role and g.held, or answer instead of the view.

    No grant looks like no site.
    """
    with shared():
        person = who.staff()
        tenant = registry.by_slug(slug)
        grant = _grant(person, tenant)
    if person is None:
        return _to_sign_in()
    if tenant is None or grant is None:
        raise NoSuchPage
    if tenant.state == registry.BEHIND:
        abort(503)
    held = grant.held(root=tenant.is_root)
    if _must_enrol(person, tenant, held):
        return redirect(url_for("console.totp", next=addresses.here()), 303)
    g.tenant, g.grant, g.role, g.held = tenant, grant, grant.role, held
    if not permissions.may(permission):
        raise NotAllowed(permission=permission)
    return None


def _grant(person: StaffFacts | None, tenant: Tenant | None) -> Grant | None:
    """What the person is on the site now; a visit from above that is over is nothing."""
    if person is None or tenant is None:
        return None
    grants = staff_accounts.grants_of(person.id)
    return staff_rules.grant_on(grants, tenant.id, tenant.chain, now=clock.now())


def _must_enrol(person: StaffFacts, tenant: Tenant, held: frozenset[str]) -> bool:
    """Outside development, who may do on a master site what no agent may, or decide about people
    there, or makes keys, works only with a second factor; whatever his role is called."""
    if settings().env != "production" or person.totp_on or not tenant.is_root:
        return False
    return bool(held & (MASTER_ONLY | {"staff.edit", "roles.edit", "keys.edit"}))


def _answer(
    binding: Callable[[], Any], view: View, parts: dict[str, Any], again: View | None
) -> ResponseReturnValue:
    """Run the view in its binding and commit; on a refusal show the form once more."""
    try:
        with binding():
            answer = view(**parts)
            commit_bound()
            return answer
    except NotFound:
        raise
    except Refusal as refusal:
        if again is None or "refusal" in g:
            raise
        taken = _taken_by(again, parts)
        g.refusal, g.shown_at = refusal, _address_of(again, taken)
        answer = make_response(again(**taken))
        answer.status_code = problems.status_of(refusal)
        return answer


def _taken_by(page: View, parts: dict[str, Any]) -> dict[str, Any]:
    """What of an address a page asks for: a list a form leads back to knows no single row."""
    asked = signature_of(unwrap(page)).parameters
    takes_any = any(one.kind is one.VAR_KEYWORD for one in asked.values())
    return {name: part for name, part in parts.items() if takes_any or name in asked}


def _address_of(page: View, parts: dict[str, Any]) -> str:
    """Where the page of a refused form is found; a view is known by its name."""
    endpoint = f"{str(request.endpoint).rpartition('.')[0]}.{page.__name__}"
    known = endpoint in current_app.view_functions
    return url_for(endpoint, **parts) if known else request.path


def _to_sign_in() -> ResponseReturnValue:
    return redirect(url_for("console.sign_in") + "?" + _next(), 303)


def _next() -> str:
    return urlencode({"next": addresses.here() if request.method == "GET" else "/"})


def _named(name: str, view: Any) -> View:
    view.guard = name
    return view
