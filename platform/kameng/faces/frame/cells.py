"""In which cell the console works for the person before it: the one his account is in.

A shop's host says its cell by itself. On the console it is told by the login at sign-in, kept in
the session with the seat, and brought along by a link that was mailed to somebody who has no seat
yet. With a single cell none of this does anything.
"""

from flask import Flask, g, redirect, request, session
from flask.typing import ResponseReturnValue

from kameng.config import settings
from kameng.domains.accounts import rules
from kameng.domains.accounts.errors import BadLogin
from kameng.faces.frame import addresses
from tenants import directory
from tenants.context import at, cell
from tenants.database import engines
from tenants.tree import MAIN

SEAT, GUEST = "cell", "guest_cell"
_SIGNED_IN = "_user_id"


def entrance(path: str) -> str:
    """The address of a console page for somebody not signed in yet, whose account is in the cell
    in force."""
    there = path if cell() == MAIN else f"/at/{cell()}{path}"
    return settings().address(settings().host("console"), there)


def take_seat() -> None:
    """Keep the cell in force for the session that has just begun."""
    _keep(SEAT)


def wait() -> None:
    """Keep the cell in force for somebody who still owes a step of signing in."""
    _keep(GUEST)


def _keep(name: str) -> None:
    if cell() != MAIN:
        session[name] = cell()


def come_in(name: str, path: str) -> ResponseReturnValue:
    """What a mailed link of another cell leads to: remember the cell and go on to the page."""
    if name in engines.cells():
        session[GUEST] = name
    query = request.query_string.decode("ascii", "ignore")
    return redirect(addresses.local_path(f"/{path}?{query}" if query else f"/{path}"), 303)


def _enter() -> None:
    if g.face == "console" and directory.several():
        wanted = _by_login() or session.get(SEAT if _SIGNED_IN in session else GUEST, MAIN)
        g.bound.enter_context(at(wanted if wanted in engines.cells() else MAIN))


def _by_login() -> str | None:
    """The cell of the account that is signing in with this request."""
    if request.method != "POST" or request.path != "/sign-in":
        return None
    try:
        return directory.cell_of_login(rules.login(request.form.get("login", "")))
    except BadLogin:
        return None


def init(app: Flask) -> None:
    """Enter the cell at the start of every request of the console."""
    app.before_request(_enter)
