"""What a package may say, and until when its terms run. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kameng.domains.terms.errors import BadPackage, FeesComeLater, PackageNotOnSale
from kameng.kit.money import Money

LONGEST_TRIAL = 366
MOST_SKUS = 1_000_000


@dataclass(frozen=True, slots=True)
class Allows:
    """What a site of this package may do. `sku_limit` 0 means every product of the parent."""

    own_domain: bool = False
    own_goods: bool = False
    child_sites: bool = False
    sku_limit: int = 0

    def as_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)


def allows_from(stored: dict[str, Any]) -> Allows:
    """The stored form as a value; words of later versions are left out."""
    known = {name: stored[name] for name in Allows.__dataclass_fields__ if name in stored}
    return Allows(**known)


@dataclass(frozen=True, slots=True)
class PackageDraft:
    """A package as its seller wrote it; a fee of zero is free, `trial_days` None has no end."""

    name: str
    summary: str
    level_id: UUID | None
    fee: Money
    trial_days: int | None
    allows: Allows
    on_sale: bool = True
    popular: bool = False
    position: int = 0


def check_package(draft: PackageDraft) -> PackageDraft:
    """The draft, trimmed. Refuses BadPackage(field)."""
    name, summary = draft.name.strip(), draft.summary.strip()
    problems = {
        "name": not 1 <= len(name) <= 30,
        "summary": len(summary) > 120,
        "fee": draft.fee < Money.zero(draft.fee.currency),
        "trial_days": draft.trial_days is not None and not 1 <= draft.trial_days <= LONGEST_TRIAL,
        "sku_limit": not 0 <= draft.allows.sku_limit <= MOST_SKUS,
        "position": not 0 <= draft.position <= 1000,
    }
    for field, wrong in problems.items():
        if wrong:
            raise BadPackage(field=field)
    return PackageDraft(
        name,
        summary,
        draft.level_id,
        draft.fee,
        draft.trial_days,
        draft.allows,
        draft.on_sale,
        draft.popular,
        draft.position,
    )


def check_choosable(*, on_sale: bool, fee: Money) -> None:
    """Refuse a package that is off sale (PackageNotOnSale) or has a fee (FeesComeLater)."""
    if not on_sale:
        raise PackageNotOnSale()
    if fee.micro > 0:
        raise FeesComeLater()


def valid_until(trial_days: int | None, *, now: datetime) -> datetime | None:
    """When terms begun now end; None has no end."""
    return None if trial_days is None else now + timedelta(days=trial_days)


def in_force(valid_until: datetime | None, *, now: datetime) -> bool:
    """Whether terms with this end still hold."""
    return valid_until is None or now < valid_until
