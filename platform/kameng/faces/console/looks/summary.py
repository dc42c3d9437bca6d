"""The checklist beside a preview: how much there is to look at, and each line with its mark."""

from __future__ import annotations

from dataclasses import dataclass

from kameng.faces.console.checks.rules import OK, STOP, WARN
from kameng.faces.console.editor.checklist import Finding

MARKS = {
    STOP: ("alert-triangle", "text-red"),
    WARN: ("info-circle", "text-orange"),
    OK: ("circle-check", "text-green"),
}


@dataclass(frozen=True)
class Summary:
    """What was found, the grave first."""

    findings: list[Finding]

    def of(self, kind: str) -> list[Finding]:
        """Those of one kind."""
        return [one for one in self.findings if one.kind == kind]

    @property
    def to_do(self) -> list[Finding]:
        """What is not well."""
        return [one for one in self.findings if one.kind != OK]
