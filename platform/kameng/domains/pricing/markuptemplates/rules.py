"""What a mark-up template says: a line for shoppers and for each kind of agent. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kameng.domains.pricing.markups.rules import (
    Audience,
    Method,
    Place,
    Rounding,
    Rule,
    Scope,
    Way,
    refuse_senseless,
)
from kameng.domains.pricing.markuptemplates.errors import (
    BadLineMethod,
    BadTemplateName,
    LineTwice,
    TemplateEmpty,
)

METHODS = (Method.PERCENT, Method.AMOUNT, Method.MARGIN)
"""All of them start from the setter's own cost."""
LONGEST_NAME = 40

Who = tuple[Audience, UUID | None]
"""Shoppers, any agent, or the agents of a level."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of buyer pays: shoppers, agents of a level, or any agent without a line of
    their own. `value` is micro-units, or parts per million for a share."""

    audience: Audience
    level_id: UUID | None
    method: Method
    value: int
    rounding: Rounding = Rounding.NONE
    way: Way = Way.HALF_UP

    @property
    def who(self) -> Who:
        """For whom it is."""
        return self.audience, self.level_id

    def place(self, sku_id: UUID) -> Place:
        """Where the line stands for a SKU."""
        return Place(Scope.SKU, sku_id, self.audience, self.level_id)

    def rule(self, rule_id: UUID, sku_id: UUID, template_id: UUID) -> Rule:
        """The line as a rule about a SKU."""
        return Rule(
            rule_id,
            self.place(sku_id),
            self.method,
            self.value,
            self.rounding,
            self.way,
            template_id=template_id,
        )


Lines = tuple[Line, ...]


def name_of(typed: str) -> str:
    """The name as it is kept."""
    name = " ".join(typed.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadTemplateName(most=LONGEST_NAME)
    return name


def refuse_bad(lines: Sequence[Line]) -> None:
    """Refuse lines that do nothing, contradict each other, or make no sense by themselves."""
    if not lines:
        raise TemplateEmpty()
    if len({line.who for line in lines}) < len(lines):
        raise LineTwice()
    nothing = UUID(int=0)
    for line in lines:
        if line.method not in METHODS:
            raise BadLineMethod()
        refuse_senseless(line.rule(nothing, nothing, nothing))


def told(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The lines as JSON keeps them; amounts are whole micro-units as text."""
    return [
        {
            "audience": line.audience.value,
            "level_id": str(line.level_id) if line.level_id else None,
            "method": line.method.value,
            "value": str(line.value),
            "rounding": line.rounding.value,
            "way": line.way.value,
        }
        for line in lines
    ]


def read(kept: Sequence[Mapping[str, Any]]) -> Lines:
    """The lines that `told` kept."""
    return tuple(
        Line(
            Audience(said["audience"]),
            UUID(said["level_id"]) if said["level_id"] else None,
            Method(said["method"]),
            int(said["value"]),
            Rounding(said["rounding"]),
            Way(said["way"]),
        )
        for said in kept
    )
