"""装修 → 文章: notices and help of the site: written, published, taken back, deleted, restored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from kameng.domains.design.articles import queries, rules, service
from kameng.domains.design.articles.rules import Article, Draft, Kind, State
from kameng.faces.console import lists
from kameng.faces.console.blueprint import pages
from kameng.faces.console.forms import Form, FormInvalid
from kameng.faces.console.writing import choices, words
from kameng.faces.frame import addresses, guards, looks, who
from kameng.faces.frame.money import SHOP_TIME
from kameng.kit import clock
from themes import engine

SIZE = 30


class ArticleForm(Form):
    """One article as it is written."""

    key = "article"
    kind = SelectField(_l("What it is"))
    title = StringField(_l("Title"), [InputRequired(), Length(max=rules.LONGEST["title"])])
    slug = StringField(_l("Address"), [Length(max=rules.LONGEST_SLUG)])
    summary = TextAreaField(_l("Summary"), [Length(max=rules.LONGEST["summary"])])
    body = TextAreaField(_l("Text"), [Length(max=rules.LONGEST["body"])])
    pinned = BooleanField(_l("Show first"))
    seen = HiddenField()

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.kind.choices = [(one.value, str(words.KINDS[one])) for one in Kind]

    def draft(self, picture: str) -> Draft:
        """What was typed, its text cleaned."""
        return Draft(
            kind=Kind(self.kind.data),
            title=self.title.data,
            summary=self.summary.data or "",
            body=engine.rich_text(self.body.data or ""),
            slug=self.slug.data or "",
            picture=picture,
            pinned=self.pinned.data,
        )


class DayForm(Form):
    """From when on shoppers see it; empty: at once."""

    key = "day"
    at = DateTimeLocalField(_l("Publish at"), [Optional()])

    def moment(self) -> datetime | None:
        """The typed moment, on the shop's clock."""
        found: datetime | None = self.at.data
        return found.replace(tzinfo=SHOP_TIME) if found else None


@pages.get("/s/<slug>/design/articles")
@guards.staff("design.view")
def articles() -> ResponseReturnValue:
    """All articles, or those that were deleted."""
    kind, state = lists.one_of("kind", *Kind), lists.one_of("state", *State, "deleted")
    gone = state == "deleted"
    found = queries.page_of(
        g.tenant,
        kind=Kind(kind) if kind else None,
        state=State(state) if state and not gone else None,
        search=lists.word("q"),
        deleted=gone,
        page=lists.page(),
        size=SIZE,
    )
    return render_template(
        "console/writing/articles.html",
        rows=found.rows,
        place=lists.place(found.total, SIZE),
        words=words,
        now=clock.now(),
        gone=gone,
    )


@pages.get("/s/<slug>/design/articles/new")
@guards.staff("design.edit")
def new_article() -> ResponseReturnValue:
    """An empty form."""
    form = ArticleForm(kind=lists.one_of("kind", *Kind) or Kind.NOTICE.value)
    return render_template(
        "console/writing/article.html",
        form=form,
        picture=choices.picker("picture", ""),
        words=words,
        facts=None,
    )


@pages.post("/s/<slug>/design/articles")
@guards.staff("design.edit", again=new_article)
def write_article() -> ResponseReturnValue:
    """Keep it, and show it at once if asked to."""
    picture = choices.picked("picture", "")
    form, now = ArticleForm().checked(), clock.now()
    made = service.write(g.tenant, form.draft(picture), actor=who.actor(), now=now)
    if request.form.get("do") == "publish":
        service.publish(g.tenant, made.id, actor=who.actor(), now=now)
        flash(_("“%(title)s” is published.", title=made.title), "ok")
    else:
        flash(_("Kept as a draft. Shoppers do not see it yet."), "ok")
    return redirect(url_for(".article", article_id=made.id), 303)


@pages.get("/s/<slug>/design/articles/<uuid:article_id>")
@guards.staff("design.view")
def article(article_id: UUID) -> ResponseReturnValue:
    """One article, to be read, changed, published."""
    facts = queries.one(g.tenant, article_id)
    form = ArticleForm(**_given(facts))
    path = f"/articles/{facts.slug}"
    return render_template(
        "console/writing/article.html",
        form=form,
        picture=choices.picker("picture", facts.picture),
        day=DayForm(),
        words=words,
        facts=facts,
        now=clock.now(),
        address=addresses.site(g.tenant, path),
        preview=looks.link_article(g.tenant, facts.id, path),
    )


@pages.post("/s/<slug>/design/articles/<uuid:article_id>")
@guards.staff("design.edit", again=article)
def edit_article(article_id: UUID) -> ResponseReturnValue:
    """Save; what is published changes at once."""
    picture = choices.picked("picture", queries.one(g.tenant, article_id).picture)
    form = ArticleForm().checked()
    seen = form.seen.data or ""
    if not seen.isascii() or not seen.isdigit():
        raise FormInvalid
    service.edit(
        g.tenant,
        article_id,
        form.draft(picture),
        version=int(seen[:9]),
        actor=who.actor(),
        now=clock.now(),
    )
    flash(_("Saved."), "ok")
    return redirect(url_for(".article", article_id=article_id), 303)


@pages.post("/s/<slug>/design/articles/<uuid:article_id>/publication")
@guards.staff("design.edit", again=article)
def publish_article(article_id: UUID) -> ResponseReturnValue:
    """Show it, now or from a day on."""
    at, now = DayForm().checked().moment(), clock.now()
    made = service.publish(g.tenant, article_id, at=at, actor=who.actor(), now=now)
    if made.is_out(now):
        flash(_("“%(title)s” is published.", title=made.title), "ok")
    else:
        flash(_("“%(title)s” appears on its day.", title=made.title), "ok")
    return redirect(url_for(".article", article_id=article_id), 303)


@pages.post("/s/<slug>/design/articles/<uuid:article_id>/withdrawal")
@guards.staff("design.edit", again=article)
def take_back_article(article_id: UUID) -> ResponseReturnValue:
    """Make it a draft again."""
    service.take_back(g.tenant, article_id, actor=who.actor())
    flash(_("It is a draft again. Shoppers do not see it any more."), "ok")
    return redirect(url_for(".article", article_id=article_id), 303)


@pages.post("/s/<slug>/design/articles/<uuid:article_id>/removal")
@guards.staff("design.edit", again=article)
def delete_article(article_id: UUID) -> ResponseReturnValue:
    """Delete it; the message carries the way back."""
    gone = service.delete(g.tenant, article_id, actor=who.actor(), now=clock.now())
    way = Markup('<a class="alert-link" href="{}">{}</a>').format(
        url_for(".articles", state="deleted"), _("Bring it back")
    )
    told = Markup("{} {}").format(_("“%(title)s” was deleted.", title=gone.title), way)
    flash(told, "ok")
    return redirect(url_for(".articles"), 303)


@pages.post("/s/<slug>/design/articles/<uuid:article_id>/restoration")
@guards.staff("design.edit", again=articles)
def restore_article(article_id: UUID) -> ResponseReturnValue:
    """Bring a deleted one back as it was."""
    back = service.restore(g.tenant, article_id, actor=who.actor())
    flash(_("“%(title)s” is back.", title=back.title), "ok")
    return redirect(url_for(".article", article_id=article_id), 303)


def _given(facts: Article) -> dict[str, Any]:
    return {
        "kind": facts.kind.value,
        "title": facts.title,
        "slug": facts.slug,
        "summary": facts.summary,
        "body": engine.typed_text(facts.body),
        "pinned": facts.pinned,
        "seen": facts.version,
    }
