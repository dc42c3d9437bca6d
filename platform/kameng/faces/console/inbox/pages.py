"""The inbox of whoever is signed in, and the switches of how he is told."""

from datetime import UTC, datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.notifications.kinds import BELOW_ONLY, KINDS, Group, Kind
from kameng.domains.notifications.notices import queries, rules, service
from kameng.domains.notifications.notices.queries import Reader
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid
from kameng.faces.console.inbox import words
from kameng.faces.frame import guards, i18n, permissions
from kameng.kit import clock
from tenants.context import bound

SIZE = 30
MOST = 99
"""Unread notices are counted up to this; more is "99+"."""


@pages.get("/s/<slug>/inbox")
@guards.staff("home.view")
def inbox() -> ResponseReturnValue:
    """What I was told on this site, the newest first."""
    group = lists.one_of("group", *Group)
    told, total = queries.inbox(
        g.tenant,
        reader(),
        unread=request.args.get("unread") == "1",
        group=Group(group) if group else None,
        page=lists.page(),
        size=SIZE,
    )
    return render_template(
        "console/inbox/list.html",
        rows=[(one, one.said(i18n.locale())) for one in told],
        place=lists.place(total, SIZE),
        groups=[(group.value, name) for group, (name, _colour) in words.GROUPS.items()],
        badges={kind.value: words.GROUPS[about.group] for kind, about in KINDS.items()},
        newest=told[0].at.isoformat() if told else "",
    )


@pages.post("/s/<slug>/inbox/<uuid:notice_id>/reading")
@guards.staff("home.view")
def read_notice(notice_id: UUID) -> ResponseReturnValue:
    """Mark it read and go where it leads."""
    page = service.read(g.tenant, reader(), notice_id, now=clock.now())
    return redirect(f"{url_for('.home')}{page}".rstrip("/") if page else url_for(".inbox"), 303)


@pages.post("/s/<slug>/inbox/reading")
@guards.staff("home.view")
def read_notices() -> ResponseReturnValue:
    """Mark read everything that stood there when the page was opened."""
    count = service.read_all(g.tenant, reader(), until=_until(), now=clock.now())
    flash(_("%(n)s notices marked as read.", n=count), "ok")
    return redirect(url_for(".inbox"), 303)


@pages.get("/s/<slug>/inbox/wishes")
@guards.staff("home.view")
def notice_wishes() -> ResponseReturnValue:
    """How I am told of what."""
    chosen, may = queries.wishes(g.tenant, g.staff.id), set(reader().may)
    offered = {
        group: [kind for kind in _offered(may) if KINDS[kind].group is group]
        for group in words.GROUPS
    }
    return render_template(
        "console/inbox/wishes.html",
        offered={group: kinds for group, kinds in offered.items() if kinds},
        about=KINDS,
        chosen=chosen,
        words=words,
        address=g.staff.email,
        morning=rules.MORNING.strftime("%H:%M"),
    )


@pages.post("/s/<slug>/inbox/wishes")
@guards.staff("home.view", again=notice_wishes)
def save_notice_wishes() -> ResponseReturnValue:
    """From now on I am told so."""
    form = request.form
    wishes = {
        kind.value: (f"inbox-{kind}" in form, form.get(f"mail-{kind}", ""))
        for kind in _offered(set(reader().may))
        if f"mail-{kind}" in form
    }
    service.choose(g.tenant, g.staff.id, wishes, locale=form.get("locale", ""), now=clock.now())
    flash(_("From now on you are told that way."), "ok")
    return redirect(url_for(".notice_wishes"), 303)


def reader() -> Reader:
    """Whoever is signed in, with what he may read on this site."""
    return queries.reader(g.staff.id, g.role, g.held)


@pages.app_template_global()
def unread_notices() -> str:
    """How many notices wait for the person on this page, as the head of the console says it."""
    if not bound() or "role" not in g or not permissions.may("home.view"):
        return ""
    if "unread" not in g:
        g.unread = queries.unread(g.tenant, reader(), most=MOST + 1)
    return f"{MOST}+" if g.unread > MOST else str(g.unread or "")


def _offered(may: set[str]) -> list[Kind]:
    """Of what this person may be told here."""
    never = BELOW_ONLY if g.tenant.is_root else frozenset()
    told = (kind for kind, about in KINDS.items() if rules.to_kept(about.to) in may)
    return [kind for kind in told if kind not in never]


def _until() -> datetime:
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        raise FormInvalid from None
    return until if until.tzinfo else until.replace(tzinfo=UTC)
