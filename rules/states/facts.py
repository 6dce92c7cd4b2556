"""What a state's return (§ 164(a)(3)) takes from the household and its federal return. Lines are those of Form 1040."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from rules.netting import ScheduleD, schedule_d
from rules.quickly_made import quickly_made
from rules.terms import ZERO, Carryover, FilingStatus


@dataclass(frozen=True, slots=True)
class StateItems:
    """What a household says for its state alone. Dollars, positive.

    `subtractions` is income of the federal return that the state does not tax: pensions and social security that it
    excludes, interest on federal bonds. `deduction` is the state's own itemized deduction; None: not given.
    `carryover` are losses that the state's own return carries in; None: those of the federal return.
    """

    subtractions: Decimal = ZERO
    deduction: Decimal | None = None
    carryover: Carryover | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class StateFacts:
    """The federal return's lines, unrounded and signed, and the state's own items.

    `taxable_income` is not floored at zero. `federal_tax` is the tax of Form 1040 with the minimum tax and less
    credits, or before them, `investment_tax` that of Form 8960, all computed only where a state asks.
    `senior_deduction` (§ 151(d)(5)(C)) and `business_deduction` (§ 199A) come besides `deduction`.
    `taxable_benefits` is the social security in adjusted gross income; `standard_deduction` is the basic one. `people`
    are the taxpayer and, on a joint return, the spouse. `schedule` is the federal Schedule D.
    """

    status: FilingStatus
    items: StateItems
    schedule: ScheduleD
    ordinary_income: Decimal
    investment_income: Decimal
    qualified_dividends: Decimal
    taxable_benefits: Decimal
    adjusted_gross_income: Decimal
    deduction: Decimal
    senior_deduction: Decimal
    business_deduction: Decimal
    standard_deduction: Decimal
    itemized: bool
    taxable_income: Decimal
    federal_tax: Callable[[], Decimal]
    federal_tax_before_credits: Callable[[], Decimal]
    investment_tax: Callable[[], Decimal]
    loss_limit: Decimal

    @property
    def people(self) -> int:
        return 2 if self.status is FilingStatus.MARRIED_JOINTLY else 1

    @property
    def own_carryover(self) -> Carryover:
        """The losses that the state's return carries in."""
        return self.schedule.carryover_in if self.items.carryover is None else self.items.carryover

    @property
    def own_schedule(self) -> ScheduleD:
        """Schedule D as the state sees it: its own carryover, and the federal limit."""
        if self.items.carryover is None:
            return self.schedule
        return schedule_d(self.schedule.gains, self.own_carryover, self.loss_limit)

    @property
    def federal_income(self) -> Decimal:
        """Federal adjusted gross income with the state's own Schedule D in place of the federal one."""
        own = self.own_schedule
        if own is self.schedule:
            return self.adjusted_gross_income
        return self.adjusted_gross_income - self.schedule.gain_or_deduction + own.gain_or_deduction

    @property
    def income_without_gains(self) -> Decimal:
        """Federal adjusted gross income before any capital gain or loss."""
        return self.adjusted_gross_income - self.schedule.gain_or_deduction
