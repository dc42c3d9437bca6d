"""Saving the working draft, publishing it, dropping it, beginning a page anew."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, abort, g, jsonify

from kameng.domains.design.drafts import service
from kameng.domains.design.drafts.errors import DraftMoved
from kameng.faces.console.blueprint import pages
from kameng.faces.console.checks.rules import STOP
from kameng.faces.console.design import gates
from kameng.faces.console.editor import answers, checklist, documents, places, reading
from kameng.faces.console.editor.opened import Opened, opened
from kameng.faces.frame import addresses, guards, i18n, who
from kameng.kit import clock
from kameng.kit.errors import Refusal
from themes import engine

AT = "/s/<slug>/design/editor"


class LooksUnready(Refusal):
    """The checklist stops it. Facts: findings (the whole list), first (what to mend)."""

    code = "looks_unready"


@pages.get(f"{AT}/checklist")
@guards.staff("design.view")
def design_checklist() -> Response:
    """What to look at before this is published, the worst first."""
    found = checklist.findings(g.tenant, opened().document)
    return jsonify(findings=[asdict(one) for one in found])


@pages.post(f"{AT}/draft")
@guards.staff("design.edit", again=answers.refused)
def save_design_draft() -> Response:
    """Keep what was changed; nothing is live by this."""
    sent, live = reading.sent(), gates.live()
    document = documents.checked(sent.document, live=live)
    step = service.keep(
        g.tenant,
        document,
        step=sent.step,
        editor=sent.editor,
        author=g.staff.name,
        seen=live.id if sent.live == live.id else None,
        began=sent.live,
        now=clock.now(),
    )
    return answers.saved(step, document, whole=document != sent.document)


@pages.post(f"{AT}/draft/publication")
@guards.staff("design.edit", again=answers.refused)
def publish_design_draft() -> Response:
    """Let shoppers see it, if the draft and what is live are still what the person saw."""
    sent, found = reading.sent(), opened()
    _check_step(found, sent.step)
    gates.refuse_locked(found.document["theme"])
    _check_list(found)
    made, step = service.publish(
        g.tenant,
        found.document,
        step=sent.step,
        expected=sent.live or abort(400),
        actor=who.actor(),
        now=clock.now(),
    )
    return jsonify(url=addresses.site(g.tenant), step=step, live=str(made.id), seq=made.seq)


@pages.post(f"{AT}/draft/deletion")
@guards.staff("design.edit", again=answers.refused)
def drop_design_draft() -> Response:
    """Back to what is live; the script can still take this back by saving what it holds."""
    service.discard(g.tenant, step=reading.sent().step, actor=who.actor(), now=clock.now())
    found = opened()
    return answers.saved(found.step, found.document, whole=True)


@pages.post(f"{AT}/draft/default")
@guards.staff("design.edit", again=answers.refused)
def begin_design_anew() -> Response:
    """One page, or all of them and the colours, as the theme or one of its presets has them."""
    sent, found = reading.sent(), opened()
    key, preset = sent.word("page"), sent.word("preset") or None
    page = places.part_of(key) if key else None
    if key and page is None:
        abort(404)
    try:
        document = engine.reset(found.document, page, preset, locale=i18n.locale())
    except KeyError:
        abort(404)
    step = service.keep(
        g.tenant,
        document,
        step=sent.step,
        editor=sent.editor,
        author=g.staff.name,
        seen=found.live.id,
        now=clock.now(),
    )
    return answers.saved(step, document, whole=True)


def _check_list(found: Opened) -> None:
    """Refuse LooksUnready for what the list says must be mended first."""
    listed = checklist.findings(g.tenant, found.document)
    stops = [one for one in listed if one.kind == STOP]
    if stops:
        raise LooksUnready(findings=[asdict(one) for one in listed], first=stops[0].text)


def _check_step(found: Opened, step: int) -> None:
    """The draft that was just read is the one the person saw."""
    if found.draft is not None and found.step != step:
        raise DraftMoved(who=found.draft.author, when=found.draft.updated_at, step=found.step)
