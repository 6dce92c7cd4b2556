"""Where a household is among the rates of §§ 1(h) and 1(j), and among steps of income; how much room it has.

The ordinary brackets are measured in ordinary taxable income. Net capital gain and qualified dividends lie on top of
it, so the 0, 15 and 20 percent rates are measured in all of taxable income. Steps of income are measured in adjusted
gross income; those that a household must answer for are here only where it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.household import Taxpayer
from planner.domain.plan import Plan
from rules.edge_figures import joint_or_others
from rules.liability import Liability
from rules.premium_credit import MOST_PERCENT, poverty_line
from rules.tax_year import TaxYear, tax_year
from rules.terms import ZERO


@dataclass(frozen=True, slots=True)
class Band:
    """Income taxed alike: the rate, or None between steps of income; the name of the step at `start`; dollars."""

    start: Decimal
    end: Decimal | None
    rate: Decimal | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """Bands of one kind of income, and the household's without and with the plan."""

    name: str
    measured: str
    bands: tuple[Band, ...]
    without: Decimal
    with_plan: Decimal

    @property
    def band(self) -> Band:
        """Where the plan leaves the household; an edge itself is the end of the band below it."""
        return next(band for band in self.bands if band.end is None or self.with_plan <= band.end)

    @property
    def next_band(self) -> Band | None:
        """The band above that; None at the top."""
        place = self.bands.index(self.band) + 1
        return self.bands[place] if place < len(self.bands) else None

    @property
    def room(self) -> Decimal | None:
        """Dollars of income more before the next band; None at the top."""
        return None if self.band.end is None else self.band.end - self.with_plan

    @property
    def above(self) -> Decimal:
        """Dollars by which the income is above the start of its band."""
        return self.with_plan - self.band.start


def scales(plan: Plan, case: Case) -> tuple[Scale, ...]:
    """The ordinary rates, the rates of gains, and the steps of adjusted gross income."""
    taxpayer, years = case.household.taxpayer, (plan.baseline, plan.planned)
    law = tax_year(plan.tax_year)
    before, after = (_ordinary(year, taxpayer) for year in years)
    tops = law.ordinary_tops[taxpayer.filing_status]
    status = taxpayer.filing_status
    gain_tops = law.zero_rate_top[status], law.fifteen_rate_top[status]
    return (
        Scale("Ordinary rates", "ordinary taxable income", _rates(law.ordinary_rates, tops), before, after),
        Scale(
            "Rates of long-term gains and qualified dividends",
            "taxable income",
            _rates(law.preferential_rates, gain_tops),
            *(year.taxable_income for year in years),
        ),
        Scale(
            "Steps of income",
            "adjusted gross income",
            _between(sorted(_steps(law, taxpayer))),
            *(max(year.agi, ZERO) for year in years),
        ),
    )


def _ordinary(year: Liability, taxpayer: Taxpayer) -> Decimal:
    preferential = year.schedule_d.net_capital_gain + taxpayer.qualified_dividends
    return max(year.taxable_income - preferential, ZERO)


def _rates(rates: Sequence[Decimal], tops: Sequence[Decimal]) -> tuple[Band, ...]:
    ends = (*tops, None)
    return tuple(Band(start, end, rate) for start, end, rate in zip((ZERO, *tops), ends, rates, strict=True))


def _between(steps: Sequence[tuple[Decimal, str]]) -> tuple[Band, ...]:
    starts = [(ZERO, ""), *steps]
    ends = [at for at, _ in steps] + [None]
    return tuple(Band(start, end, step=name) for (start, name), end in zip(starts, ends, strict=True))


def _steps(law: TaxYear, taxpayer: Taxpayer) -> Iterator[tuple[Decimal, str]]:
    """§ 1411(b) for everybody; 42 U.S.C. § 1395r(i), §§ 36B, 24 where the household has answered for them."""
    status, keys = taxpayer.filing_status, taxpayer.edges
    yield law.niit_threshold[status], "3.8% on investment income"
    if keys is None:
        return
    exempt = keys.tax_exempt_interest
    if keys.medicare:
        for number, step in enumerate(joint_or_others(law, "medicare_surcharge", status), 1):
            yield step - exempt, f"Medicare surcharge {number}"
    if keys.marketplace is not None and not keys.social_security:
        line = poverty_line(law, keys.marketplace.household_size)
        yield line * MOST_PERCENT / 100 - exempt, "no premium credit above"
