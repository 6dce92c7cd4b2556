"""What is true of every return, whatever its numbers."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.holding_period import first_long_term_day
from rules.liability import TaxReturn, liability
from rules.netting import ScheduleD, carryover_worksheet, schedule_d
from rules.rates import (
    _qualified_dividends_worksheet,
    _schedule_d_tax_worksheet,
    income_tax_worksheet,
    ordinary_tax,
    preferential_tax,
)
from rules.states import flat_state_tax
from rules.tax_year import YEARS_HELD, TaxYear, tax_year
from rules.terms import CENT, ZERO, Carryover, FilingStatus, Gains

MILLION = 1_000_000


def dollars(lowest: int, highest: int) -> st.SearchStrategy[Decimal]:
    """Amounts to the cent, small and large alike."""
    whole_range = st.integers(lowest * 100, highest * 100).map(lambda cents: cents * CENT)
    near_zero = st.integers(max(lowest, -9000) * 100, min(highest, 9000) * 100).map(lambda cents: cents * CENT)
    return st.one_of(near_zero, whole_range)


amounts = dollars(0, MILLION)
signed = dollars(-MILLION, MILLION)
laws = st.sampled_from(YEARS_HELD).map(tax_year)
statuses = st.sampled_from(FilingStatus)
carryovers = st.builds(Carryover, amounts, amounts) | st.just(Carryover())
gains = st.builds(Gains, signed, signed, signed | st.just(ZERO))
plain_gains = st.builds(Gains, signed, signed)


@st.composite
def returns(draw: st.DrawFn) -> TaxReturn:
    investment = draw(amounts)
    return TaxReturn(
        law=draw(laws),
        status=draw(statuses),
        ordinary_income=draw(amounts) + investment,
        qualified_dividends=draw(amounts | st.just(ZERO)),
        net_investment_income=investment,
        deduction=draw(dollars(0, 100_000)),
        carryover=draw(carryovers),
        state=draw(st.sampled_from([None, flat_state_tax(Decimal("0.05"))])),
    )


@given(returns(), gains)
def test_a_net_loss_is_deducted_or_carried_and_never_lost(facts: TaxReturn, year: Gains) -> None:
    ours = liability(facts, year)
    schedule = ours.schedule_d
    carried = ours.carryover_short + ours.carryover_long
    if schedule.total >= 0:
        assert (ours.deductible_loss, carried) == (0, 0)
        return
    used = ours.carryover_worksheet.worksheet["4"] if ours.carryover_worksheet else ours.deductible_loss
    assert -schedule.total == used + carried
    assert 0 <= used <= ours.deductible_loss <= facts.law.capital_loss_limit[facts.status]
    if ours.taxable_income > 0:
        assert used == ours.deductible_loss


@given(plain_gains, carryovers, signed)
def test_carryover_by_the_statute(year: Gains, brought_in: Carryover, taxable_income: Decimal) -> None:
    """§ 1212(b)(1), (2): the deduction used counts as short-term gain, then each loss less the other's gain."""
    schedule = schedule_d(year, brought_in, Decimal(3000))
    filled = carryover_worksheet(schedule, taxable_income)
    out = filled.carryover if filled else Carryover()
    used = min(schedule.deductible_loss, max(taxable_income + schedule.deductible_loss, ZERO))
    short, long = schedule.net_short_term + used, schedule.net_long_term
    assert out.short_term == max(-short - max(long, ZERO), ZERO)
    assert out.long_term == max(-long - max(short, ZERO), ZERO)


def formula(y: Decimal, dividends: Decimal, schedule: ScheduleD, law: TaxYear, status: FilingStatus) -> Decimal:
    """§ 1(h) in one line: the ordinary part, the 28-percent gain above it, the rest stacked on top."""
    y = max(y, ZERO)
    at_preferential = dividends + schedule.net_capital_gain
    ordinary = max(y - at_preferential, ZERO)
    with_collectibles = max(y - at_preferential + min(schedule.net_capital_gain, schedule.gain_28_percent), ZERO)
    at_ordinary = max(ordinary, min(with_collectibles, law.collectibles_ordinary_top[status]))
    at_28 = with_collectibles - at_ordinary
    stacked = (
        ordinary_tax(at_ordinary, law, status)
        - preferential_tax(at_ordinary, law, status)
        + preferential_tax(y - at_28, law, status)
        + law.collectibles_rate * at_28
    )
    return min(stacked, ordinary_tax(y, law, status))


@given(returns(), gains)
def test_worksheets_equal_the_formula_of_section_1_h(facts: TaxReturn, year: Gains) -> None:
    law, status = facts.law, facts.status
    schedule = schedule_d(year, facts.carryover, law.capital_loss_limit[status])
    y = facts.ordinary_income + facts.qualified_dividends + schedule.gain_or_deduction - facts.deduction
    worksheet = income_tax_worksheet(y, facts.qualified_dividends, schedule, law, status)
    assert worksheet.last == formula(y, facts.qualified_dividends, schedule, law, status)
    assert 0 <= worksheet.last <= ordinary_tax(y, law, status)


@given(amounts, amounts, amounts, laws, statuses)
def test_without_28_percent_gain_both_worksheets_are_one(
    taxable: Decimal, dividends: Decimal, gain: Decimal, law: TaxYear, status: FilingStatus
) -> None:
    schedule = schedule_d(Gains(long_term=gain), Carryover(), Decimal(3000))
    assert schedule.gain_28_percent == 0
    short_form = _qualified_dividends_worksheet(taxable, dividends, gain, law, status)
    long_form = _schedule_d_tax_worksheet(taxable, dividends, schedule, law, status)
    assert long_form["42"] == 0
    assert long_form.last == short_form.last


@given(returns(), gains, amounts, st.sampled_from(["short_term", "long_term"]))
def test_harvesting_never_raises_this_years_tax(facts: TaxReturn, year: Gains, loss: Decimal, character: str) -> None:
    before, after = liability(facts, year), liability(facts, year + Gains(**{character: -loss}))
    assert after.total_tax <= before.total_tax
    assert after.carryover_short + after.carryover_long >= before.carryover_short + before.carryover_long


@given(returns(), gains, amounts)
def test_harvesting_a_collectible_never_raises_this_years_tax(facts: TaxReturn, year: Gains, loss: Decimal) -> None:
    harvested = year + Gains(long_term=-loss, collectibles=-loss)
    assert liability(facts, harvested).total_tax <= liability(facts, year).total_tax


@given(returns(), gains, amounts)
def test_more_income_never_means_less_tax(facts: TaxReturn, year: Gains, more: Decimal) -> None:
    poorer = liability(facts, year)
    ours = liability(replace(facts, ordinary_income=facts.ordinary_income + more), year)
    assert ours.income_tax >= poorer.income_tax
    assert ours.niit >= poorer.niit
    assert ours.state_tax >= poorer.state_tax


@given(returns(), plain_gains, signed)
def test_short_or_long_only_the_income_tax_can_tell(facts: TaxReturn, year: Gains, moved: Decimal) -> None:
    """NIIT, taxable income, state tax and the carryovers' sum know only the net total."""
    carried = liability(facts, year)
    other = liability(facts, year + Gains(short_term=moved, long_term=-moved))
    assert (carried.niit, carried.taxable_income, carried.state_tax) == (
        other.niit,
        other.taxable_income,
        other.state_tax,
    )
    assert carried.carryover_short + carried.carryover_long == other.carryover_short + other.carryover_long


@given(returns(), st.lists(gains, max_size=6).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_sales_does_not_matter(facts: TaxReturn, orders: tuple[list[Gains], list[Gains]]) -> None:
    one, other = (sum(order, Gains()) for order in orders)
    assert liability(facts, one) == liability(facts, other)


@given(returns(), plain_gains)
def test_a_carryover_is_a_loss_of_this_year(facts: TaxReturn, year: Gains) -> None:
    """§ 1212(b)(1): what is carried in is treated as a loss of its character in the year it is carried to."""
    carried_in = facts.carryover
    ours = liability(facts, year)
    same = liability(
        replace(facts, carryover=Carryover()),
        year + Gains(-carried_in.short_term, -carried_in.long_term),
    )
    assert (ours.total_tax, ours.carryover_short, ours.carryover_long) == (
        same.total_tax,
        same.carryover_short,
        same.carryover_long,
    )


@given(st.dates(date(1990, 1, 1), date(2050, 12, 31)))
def test_long_term_by_revenue_ruling_66_7(acquired: date) -> None:
    """In the ruling's words: a month's last day leads to the first of the 13th month after; else a year and a day."""
    if acquired.day == monthrange(acquired.year, acquired.month)[1]:
        years, month = divmod(acquired.month + 12, 12)
        expected = date(acquired.year + years, month + 1, 1)
    else:
        expected = acquired.replace(year=acquired.year + 1) + timedelta(days=1)
    assert first_long_term_day(acquired) == expected
    assert first_long_term_day(acquired) <= first_long_term_day(acquired + timedelta(days=1))
