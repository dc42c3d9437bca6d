"""A section that had to be left out of a live page is told to whoever may mend it: once per
section of a revision and day, however many visitors came by."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kameng.domains.notifications import service as notifications
from kameng.domains.notifications.kinds import Kind
from kameng.faces.frame import drawn, pagenames
from kameng.kit import cache, clock
from tenants.database import session
from tenants.tree import Tenant
from themes import engine

DAY_SECONDS = 86_400


@contextmanager
def counted(
    tenant: Tenant, live: Mapping[str, Any], failed: Sequence[engine.Failure], *, told: bool
) -> Iterator[None]:
    """Count the page that is drawn inside, if it is one to be `told` of; one that could not be
    drawn at all has failed as well. This is what stops the roll-out of a bad theme line."""
    try:
        yield
    except engine.ThemeError:
        if told:
            drawn.page(tenant, live, failed=True)
        raise
    if told:
        drawn.page(tenant, live, failed=bool(failed))


def tell(
    tenant: Tenant, live: Mapping[str, Any], template: str, failures: Iterable[engine.Failure]
) -> None:
    """Put each failure into the inbox of the people who arrange the site."""
    today = clock.now().date().isoformat()
    for failure in failures:
        key = f"{str(live.get('digest', ''))[:32]}.{template}.{failure.section[:40]}.{today}"
        mark = f"section-failed:{key}"
        if cache.get(tenant, mark) is None:
            _told(tenant, live, template, failure, key)
            cache.put(tenant, mark, 1, seconds=DAY_SECONDS)


def _told(
    tenant: Tenant, live: Mapping[str, Any], template: str, failure: engine.Failure, key: str
) -> None:
    schema = engine.theme(live["theme"], live.get("version")).schemas.get(failure.type)
    name = schema.facts["name"] if schema else {"zh_CN": failure.type, "en": failure.type}
    page = pagenames.in_each(template)
    facts = {
        "section": name["zh_CN"],
        "section_en": name["en"],
        "page": page["zh_CN"],
        "page_en": page["en"],
    }
    with session.begin_nested():
        notifications.notify(
            tenant, Kind.SECTION_FAILED, facts, key=key, now=clock.now(), page="/design/themes"
        )
