"""装修 → 菜单: the lines of the main and the footer menu, in rows that buttons move; no script."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kameng.domains.terms import queries as terms
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import FormInvalid, posted_id
from kameng.faces.console.writing import choices, edits
from kameng.faces.frame import guards, i18n
from kameng.kit import clock
from themes import engine

MOST = {"main": 6, "footer": 12}
LONGEST_LABEL, LONGEST_REF = 20, 300


@dataclass(frozen=True)
class Row:
    """One line as typed: its label, "kind:reference", and an address for one that leads out."""

    label: str
    to: str
    url: str = ""
    fault: str = ""

    @property
    def link(self) -> dict[str, str]:
        """The link it means."""
        kind, _sign, ref = self.to.partition(":")
        return {"kind": kind, "ref": self.url if kind == choices.OUTSIDE else ref}


Menus = dict[str, list[Row]]


@pages.get("/s/<slug>/design/menus")
@guards.staff("design.view")
def menus() -> ResponseReturnValue:
    """Both menus as they are; or as they were typed, when they could not be saved."""
    if request.method == "POST":
        return _drawn(_checked(_typed())[0], request.form.get("seen", ""))
    return _drawn(_saved(), edits.revision())


@pages.post("/s/<slug>/design/menus")
@guards.staff("design.edit", again=menus)
def save_menus() -> ResponseReturnValue:
    """Save the rows, or move one and show them again: `do` is save, add:main, up:main:2, usual:main
    (back to the theme's) …"""
    do, typed = request.form.get("do", "save"), _typed()
    if do != "save":
        return _drawn(_moved(typed, do), request.form.get("seen", ""), changed=True)
    rows, good = _checked(typed)
    if not good:
        raise FormInvalid
    lines = {
        name: [{"label": row.label, "link": row.link} for row in found]
        for name, found in rows.items()
    }
    expected = posted_id(request.form.get("seen", ""))
    document = {**edits.live(), "menus": lines}
    edits.save(document, expected=expected, act="design.menus", subject="menus", note=_("Menus"))
    flash(_("Saved. Shoppers see it at once."), "ok")
    return redirect(url_for(".menus"), 303)


def _drawn(rows: Menus, seen: str, *, changed: bool = False) -> ResponseReturnValue:
    targets = choices.targets()
    known = {value for group in targets.values() for value, _name in group}
    return render_template(
        "console/writing/menus.html",
        menus=rows,
        names={"main": _("Main menu"), "footer": _("Footer menu")},
        targets=targets,
        known=known,
        most=MOST,
        seen=seen,
        changed=changed,
        usual=_usual(),
        fresh=request.form.get("do", "").removeprefix("add:") if changed else "",
    )


def usual(theme: str) -> dict[str, list[dict[str, Any]]]:
    """What a theme shows where the site has written nothing: where an own menu begins."""
    opens = terms.may_open_sites(g.tenant, now=clock.now())
    return {
        name: [line for line in lines if opens or line["link"]["kind"] != "open"]
        for name, lines in engine.menus(theme, i18n.locale()).items()
    }


def _usual() -> Menus:
    shown = usual(str(edits.live()["theme"]))
    return {name: [_row(line) for line in lines] for name, lines in shown.items()}


def _saved() -> Menus:
    document = edits.live().get("menus") or {}
    return {name: [_row(line) for line in document.get(name) or []] for name in MOST}


def _row(line: dict[str, Any]) -> Row:
    kind, ref = line["link"]["kind"], line["link"]["ref"]
    out = kind == choices.OUTSIDE
    return Row(line["label"], f"{kind}:" if out else f"{kind}:{ref}", ref if out else "")


def _typed() -> Menus:
    """The rows of the form; a row with nothing in it is none."""
    form = request.form
    return {
        name: [
            Row(label.strip()[:200], to[:LONGEST_REF], url.strip()[:LONGEST_REF])
            for label, to, url in zip(
                *(form.getlist(f"{name}.{part}")[: most + 1] for part in ("label", "to", "url")),
                strict=False,
            )
            if label.strip() or url.strip() or form.get("do", "save") != "save"
        ]
        for name, most in MOST.items()
    }


def _checked(rows: Menus) -> tuple[Menus, bool]:
    """The rows, each with what is wrong with it, and whether none has anything."""
    known = {value for group in choices.targets().values() for value, _name in group}
    marked = {name: [_marked(row, known) for row in found] for name, found in rows.items()}
    good = not any(row.fault for found in marked.values() for row in found)
    return marked, good


def _marked(row: Row, known: set[str]) -> Row:
    fault = ""
    if not row.label or len(row.label) > LONGEST_LABEL or not row.label.isprintable():
        fault = _("Write a label of 1 to %(most)s signs.", most=LONGEST_LABEL)
    elif row.to not in known:
        fault = _("What this line led to is not there any more.")
    elif row.to == f"{choices.OUTSIDE}:" and not engine.leads_out(row.url):
        fault = _("Write a whole address that begins with https://.")
    return Row(row.label, row.to, row.url, fault)


def _moved(rows: Menus, do: str) -> Menus:
    """The rows after one press: add:<menu>, usual:<menu>, drop, up or down:<menu>:<place>. The
    first line of a menu joins those the theme shows, so that none of them is lost by it."""
    verb, _sign, rest = do.partition(":")
    name, _sign, place = rest.partition(":")
    found, at = list(rows.get(name, [])), int(place) if place.isdigit() else -1
    if verb == "add" and name in MOST and len(found) < MOST[name]:
        found = [*(found or _usual()[name]), Row("", "home:")]
    elif verb == "usual":
        found = []
    elif verb == "drop" and 0 <= at < len(found):
        del found[at]
    elif verb in ("up", "down"):
        other = at - 1 if verb == "up" else at + 1
        if 0 <= at < len(found) and 0 <= other < len(found):
            found[at], found[other] = found[other], found[at]
    return {**rows, name: found} if name in MOST else rows
