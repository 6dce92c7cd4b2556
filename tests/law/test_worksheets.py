"""The worksheets line by line, filled in by hand; and where one leads to another."""

from decimal import Decimal
from itertools import pairwise

import pytest

from rules.liability import Liability, TaxReturn, liability
from rules.netting import carryover_worksheet, schedule_d
from rules.rates import income_tax_worksheet, ordinary_tax, preferential_tax
from rules.states import flat_state_tax
from rules.tax_year import YEARS_HELD, tax_year
from rules.terms import CENT, ZERO, Carryover, FilingStatus, Gains, RateGroups, to_cents
from rules.worksheet import Line, Worksheet

LAW = tax_year(2026)
SINGLE = FilingStatus.SINGLE


def single_2026(wages: int, gains: Gains, dividends: int = 0, carryover: Carryover | None = None) -> Liability:
    facts = TaxReturn(
        law=LAW,
        status=SINGLE,
        ordinary_income=Decimal(wages),
        qualified_dividends=Decimal(dividends),
        net_investment_income=ZERO,
        deduction=LAW.standard_deduction[SINGLE],
        carryover=carryover or Carryover(),
        state=flat_state_tax(Decimal("0.05")),
    )
    return liability(facts, gains)


def filled(worksheet: Worksheet) -> dict[str, Decimal]:
    return {line.number: line.amount for line in worksheet.lines}


def by_hand(**lines: str) -> dict[str, Decimal]:
    return {name.removeprefix("line_"): Decimal(amount) for name, amount in lines.items()}


def test_qualified_dividends_and_capital_gain_tax_worksheet() -> None:
    """Wages 50,000 and a long-term gain of 20,000, of which 15,550 fit below the top of the 0% rate."""
    worksheet = single_2026(50_000, Gains(long_term=Decimal(20_000))).income_tax_worksheet
    assert worksheet.name == "Qualified Dividends and Capital Gain Tax Worksheet"
    assert filled(worksheet) == by_hand(
        line_1="53900",
        line_2="0",
        line_3="20000",
        line_4="20000",
        line_5="33900",
        line_6="49450",
        line_7="49450",
        line_8="33900",
        line_9="15550",
        line_10="20000",
        line_11="15550",
        line_12="4450",
        line_13="545500",
        line_14="53900",
        line_15="49450",
        line_16="4450",
        line_17="4450",
        line_18="667.50",
        line_19="20000",
        line_20="0",
        line_21="0",
        line_22="3820",
        line_23="4487.50",
        line_24="6570",
        line_25="4487.50",
    )


def test_schedule_d_tax_worksheet() -> None:
    """Wages 250,000 and a long-term gain of 50,000, of which 30,000 on a gold trust."""
    worksheet = single_2026(
        250_000, Gains(long_term=Decimal(50_000), collectibles=Decimal(30_000))
    ).income_tax_worksheet
    assert worksheet.name == "Schedule D Tax Worksheet"
    assert filled(worksheet) == by_hand(
        line_1="283900",
        line_2="0",
        line_6="0",
        line_7="50000",
        line_9="50000",
        line_10="50000",
        line_11="30000",
        line_12="30000",
        line_13="20000",
        line_14="263900",
        line_15="49450",
        line_16="49450",
        line_17="49450",
        line_18="233900",
        line_19="201775",
        line_20="201775",
        line_21="233900",
        line_22="0",
        line_23="20000",
        line_24="0",
        line_25="20000",
        line_26="545500",
        line_27="283900",
        line_28="233900",
        line_29="50000",
        line_30="20000",
        line_31="3000",
        line_32="20000",
        line_33="0",
        line_34="0",
        line_41="253900",
        line_42="30000",
        line_43="8400",
        line_44="51304",
        line_45="62704",
        line_46="68134.25",
        line_47="62704",
    )


def test_between_the_top_of_the_0_percent_rate_and_of_the_12_percent_bracket_ordinary_tax_is_lower() -> None:
    worksheet = single_2026(65_550, Gains(long_term=Decimal(500))).income_tax_worksheet
    assert (worksheet["5"], worksheet["17"]) == (49_450, 500)
    assert (worksheet["23"], worksheet["24"]) == (5761, 5746)
    assert worksheet.last == 5746


def test_a_loss_or_short_term_gain_needs_no_gain_worksheet() -> None:
    for gains in (Gains(short_term=Decimal(9000)), Gains(long_term=Decimal(-9000))):
        assert single_2026(50_000, gains).income_tax_worksheet.name == "Tax Computation"


def test_qualified_dividends_keep_their_rates_in_a_year_of_losses() -> None:
    worksheet = single_2026(20_000, Gains(long_term=Decimal(-9000)), dividends=1000).income_tax_worksheet
    assert (worksheet["2"], worksheet["3"], worksheet["9"]) == (1000, 0, 1000)


def test_collectibles_gain_eaten_by_a_net_loss_leaves_no_28_percent_worksheet() -> None:
    ours = single_2026(50_000, Gains(long_term=Decimal(-1), collectibles=Decimal(9000)))
    assert ours.income_tax_worksheet.name == "Tax Computation"
    assert "18" not in filled(ours.schedule_d.worksheet())


@pytest.mark.parametrize("below_zero", [-1, -50_000])
def test_income_below_zero_bears_no_tax(below_zero: int) -> None:
    nothing = schedule_d(Gains(), Carryover(), Decimal(3000))
    assert income_tax_worksheet(Decimal(below_zero), ZERO, nothing, LAW, SINGLE).last == 0
    assert ordinary_tax(Decimal(below_zero), LAW, SINGLE) == 0
    assert preferential_tax(Decimal(below_zero), LAW, SINGLE) == 0


def test_schedule_d_shows_carryovers_and_the_deductible_loss_in_brackets() -> None:
    carryover = Carryover(Decimal(2000), Decimal(4000))
    schedule = single_2026(50_000, Gains(Decimal(500), Decimal(1000)), carryover=carryover).schedule_d.worksheet()
    assert filled(schedule) == {
        "1-5": 500,
        "6": -2000,
        "7": -1500,
        "8-13": 1000,
        "14": -4000,
        "15": -3000,
        "16": -4500,
        "21": -3000,
    }


def test_the_28_percent_gain_is_worked_out_on_its_own_worksheet() -> None:
    """Collectibles gain of 9,000 less the carryover of 1,000 and a short-term loss of 2,500; only then line 18."""
    gains = Gains(short_term=Decimal(-2500), long_term=Decimal(12_000), collectibles=Decimal(9000))
    schedule = schedule_d(gains, Carryover(long_term=Decimal(1000)), Decimal(3000))
    worksheet = schedule.rate_gain_worksheet()
    assert worksheet is not None
    assert {line.number: line.amount for line in worksheet.lines} == {"1": 9000, "5": -1000, "6": -2500, "7": 5500}
    assert schedule.worksheet()["18"] == worksheet.last


@pytest.mark.parametrize(
    ("short", "carried", "rate_28", "recapture"),
    [
        (0, 0, {"1": 2000, "2": 3000, "5": 0, "6": 0, "7": 5000}, {"15": 0, "16": 0, "17": 0, "18": 10_000}),
        (-4000, 6000, {"1": 2000, "2": 3000, "5": -6000, "6": -4000, "7": 0}, {"17": 5000, "18": 5000}),
    ],
)
def test_losses_meet_28_percent_gain_before_recapture(
    short: int, carried: int, rate_28: dict[str, int], recapture: dict[str, int]
) -> None:
    """§ 1(h)(4), (6): 2,000 of collectibles and 3,000 of § 1202 stock; of 10,000 what they cannot take comes off."""
    gains = Gains(Decimal(short), Decimal(25_000), collectibles=Decimal(2000))
    groups = RateGroups(unrecaptured_1250=Decimal(10_000), section_1202=Decimal(3000))
    schedule = schedule_d(gains, Carryover(long_term=Decimal(carried)), Decimal(3000), groups)
    worksheets = schedule.rate_gain_worksheet(), schedule.recapture_worksheet()
    assert worksheets[0] is not None
    assert worksheets[1] is not None
    assert filled(worksheets[0]) == rate_28
    lines = {"13": 10_000, "14": 5000, "15": short, "16": -carried} | recapture
    assert filled(worksheets[1]) == lines
    assert schedule.worksheet()["19"] == lines["18"]


@pytest.mark.parametrize(("long", "recaptured"), [(20_000, 0), (0, 10_000), (-5000, 10_000)])
def test_no_recapture_worksheet_where_there_is_nothing_for_it(long: int, recaptured: int) -> None:
    groups = RateGroups(unrecaptured_1250=Decimal(recaptured))
    schedule = schedule_d(Gains(long_term=Decimal(long)), Carryover(), Decimal(3000), groups)
    assert schedule.recapture_worksheet() is None


def test_stock_of_section_1202_alone_has_a_28_percent_worksheet() -> None:
    groups = RateGroups(section_1202=Decimal(3000))
    worksheet = schedule_d(Gains(long_term=Decimal(5000)), Carryover(), Decimal(3000), groups).rate_gain_worksheet()
    assert worksheet is not None
    assert worksheet.last == 3000


@pytest.mark.parametrize(("short", "taxable"), [(500, -100), (0, -100), (-1000, 0), (-3000, 0)])
def test_no_carryover_worksheet_where_the_form_asks_for_none(short: int, taxable: int) -> None:
    """Its heading: a loss beyond the deductible one, or a loss in a year of taxable income below zero."""
    schedule = schedule_d(Gains(short_term=Decimal(short)), Carryover(), Decimal(3000))
    assert carryover_worksheet(schedule, Decimal(taxable)) is None


def test_the_carryover_worksheet_leaves_out_the_half_without_a_loss() -> None:
    short = carryover_worksheet(schedule_d(Gains(Decimal(-5000)), Carryover(), Decimal(3000)), Decimal(9000))
    assert short is not None
    assert list(filled(short.worksheet)) == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_no_28_percent_worksheet_where_there_is_nothing_for_it() -> None:
    loss = schedule_d(Gains(long_term=Decimal(-500), collectibles=Decimal(100)), Carryover(), Decimal(3000))
    plain = schedule_d(Gains(long_term=Decimal(500)), Carryover(), Decimal(3000))
    assert loss.rate_gain_worksheet() is None
    assert plain.rate_gain_worksheet() is None


def test_liability_in_cents_with_every_worksheet_that_was_filled_in() -> None:
    ours = single_2026(0, Gains(short_term=Decimal("-4000.555")))
    assert (ours.net_short_term, ours.deductible_loss) == (Decimal("-4000.56"), 3000)
    assert ours.adjusted_gross_income == -3000
    assert ours.taxable_income == 0
    assert ours.carryover_short == Decimal("4000.56")  # no income: nothing of the 3,000 is used up
    assert [worksheet.name for worksheet in ours.worksheets] == [
        "Schedule D",
        "Tax Computation",
        "Form 8960",
        "State income tax at 5%",
        "Capital Loss Carryover Worksheet",
    ]


def test_total_is_the_sum_of_what_is_printed() -> None:
    """Each tax is rounded for itself: here the parts of a cent would together have made one more."""
    ours = single_2026(400_000, Gains(long_term=Decimal("1000.09")))
    assert ours.state_worksheet is not None
    unrounded = ours.income_tax_worksheet.last + ours.niit_worksheet.last + ours.state_worksheet.last
    assert ours.total_tax == ours.income_tax + ours.niit + ours.state_tax
    assert ours.total_tax == to_cents(unrounded) - CENT


@pytest.mark.parametrize("year", YEARS_HELD)
@pytest.mark.parametrize("status", FilingStatus)
def test_each_cent_bears_the_rate_of_its_bracket(year: int, status: FilingStatus) -> None:
    """A top belongs to the bracket below it: the cent up to it bears the lower rate, the next one the higher."""
    law = tax_year(year)
    preferential = (law.zero_rate_top[status], law.fifteen_rate_top[status])
    for tax, tops, rates in (
        (ordinary_tax, law.ordinary_tops[status], law.ordinary_rates),
        (preferential_tax, preferential, law.preferential_rates),
    ):
        for top, (lower, higher) in zip(tops, pairwise(rates), strict=True):
            below, at, above = (tax(top + cent, law, status) for cent in (-CENT, ZERO, CENT))
            assert (at - below, above - at) == (lower * CENT, higher * CENT)


@pytest.mark.parametrize("below_zero", [("-1", "0"), ("0", "-1")])
def test_a_carryover_is_a_positive_loss(below_zero: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="positive amount of loss"):
        Carryover(*map(Decimal, below_zero))


def test_gains_are_taken_from_each_other_by_kind() -> None:
    more, less = (Gains(*map(Decimal, kinds)) for kinds in ((9, 80, 700, 6000), (1, 20, 300, 4000)))
    assert more - less == Gains(Decimal(8), Decimal(60), Decimal(400), Decimal(2000))
    assert more - less + less == more


def test_a_line_left_blank() -> None:
    worksheet = Worksheet("w", "s", (Line("1", "one", Decimal(5)),))
    assert (worksheet["1"], worksheet.get("2"), worksheet.last) == (5, 0, 5)
    with pytest.raises(KeyError):
        worksheet["2"]
