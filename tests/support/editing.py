"""A person in the visual editor, without its script: sends what the script would."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from kameng.domains.design import queries as designs
from kameng.domains.design.drafts import queries as drafts
from kameng.domains.design.media import queries as media
from tenants.context import use
from tests.support import desk
from tests.support.desk import Desk
from tests.support.shop import Shop

DATA = re.compile(r'<script type="application/json" id="editor-data">(.*?)</script>', re.DOTALL)
Document = dict[str, Any]


@dataclass
class Editing:
    """One open tab of the editor."""

    desk: Desk
    token: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> Document:
        """A copy of what the tab shows, to be changed."""
        return deepcopy(self.data["document"])

    def send(self, page: str, body: Any, *, token: str = "") -> TestResponse:
        """Post JSON to an address below the editor's own."""
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.desk.client.post(
            self.desk.path(f"design/editor/{page}"),
            data=raw,
            content_type="application/json",
            headers={"X-CSRFToken": token or self.token, "Accept": "application/json"},
        )

    def save(self, document: Document, **other: Any) -> TestResponse:
        """Autosave; the tab then knows the new step."""
        sent = {key: self.data[key] for key in ("step", "editor", "live")}
        answer = self.send("draft", sent | {"document": document} | other)
        if answer.status_code == 200:
            told = answer.get_json()
            self.data |= {"step": told["step"], "document": told.get("document", document)}
        return answer

    def publish(self, **other: Any) -> TestResponse:
        """The button; the tab then knows what is live."""
        sent = {key: self.data[key] for key in ("step", "live")}
        answer = self.send("draft/publication", sent | other)
        if answer.status_code == 200:
            self.data |= {key: answer.get_json()[key] for key in ("step", "live")}
        return answer


def opened(at: Desk, page: str = "home") -> Editing:
    """A new tab."""
    answer = at.client.get(at.path("design/editor"), query_string={"page": page})
    found = DATA.search(answer.get_data(as_text=True))
    assert found
    return Editing(at, desk.token(at.client), json.loads(found.group(1)))


def renamed(tab: Editing, name: str) -> Document:
    """The tab's document under another site name."""
    document = tab.document
    document["site"]["name"] = name
    return document


def standing(shop: Shop) -> tuple[Any, ...]:
    """All that a save or a picture could move on Ada's site."""
    with use(shop.alliance.ada) as site:
        return drafts.one(site), designs.live_revision(site), media.stored(site)
