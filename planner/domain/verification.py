"""What checking a saved plan found: figures, limits, wash sales and bound, each recomputed from the household's
files."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of a saved plan. `holds` None: nothing speaks against it, and nothing here can prove it."""

    name: str
    holds: bool | None
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of a plan. `total` is its net benefit as recomputed, None where its sales cannot be carried out;
    `bound` as the plan states it; `certified` what its certificate proves, None where it proves nothing.

    `differs` names what is not as it was when the plan was made: files, the household, the law's figures, the program.
    """

    total: Decimal | None
    bound: Decimal
    certified: Decimal | None
    findings: tuple[Finding, ...]
    differs: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether no check failed."""
        return all(finding.holds is not False for finding in self.findings)
