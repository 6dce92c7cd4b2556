"""Examples in which the authority itself nets gains and losses: Pub. 544, Reg. § 1.1202-1."""

from decimal import Decimal

from rules.netting import ScheduleD, carryover_worksheet, schedule_d
from rules.tax_year import tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains

ENOUGH_INCOME = Decimal(100_000)


def netted(short_term: int, long_term: int, carryover: Carryover | None = None) -> ScheduleD:
    limit = tax_year(2025).capital_loss_limit[FilingStatus.MARRIED_JOINTLY]
    return schedule_d(Gains(Decimal(short_term), Decimal(long_term)), carryover or Carryover(), limit)


def test_bob_and_gloria_sampson_lose_7000_and_carry_4000() -> None:
    schedule = netted(0, -7000)
    assert schedule.deductible_loss == 3000
    carried = carryover_worksheet(schedule, ENOUGH_INCOME)
    assert carried is not None
    assert carried.carryover == Carryover(ZERO, Decimal(4000))


def test_a_loss_of_2000_is_deducted_whole() -> None:
    schedule = netted(0, -2000)
    assert schedule.deductible_loss == 2000
    assert carryover_worksheet(schedule, ENOUGH_INCOME) is None


def test_reg_1_1202_1_net_short_term_loss_comes_off_net_long_term_gain() -> None:
    """The old example's 50 percent deduction is repealed; its definitions, now § 1222(5) to (11), are not."""
    schedule = netted(300 - 1800, 6000 - 4000)
    assert (schedule.net_short_term, schedule.net_long_term, schedule.net_capital_gain) == (-1500, 2000, 500)
