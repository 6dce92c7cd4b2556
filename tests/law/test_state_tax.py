"""The states' figures and rules: what is held, what is refused, and the authorities' own examples."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.income_facts import IncomeFacts
from rules.liability import Liability, TaxReturn, liability
from rules.states import StateItems, flat_state_tax, state_tax_law
from rules.states.figures import CERTAINTY, StateFigures, read_state, state_codes, state_file
from rules.states.form import full_steps, phased_out, row_of, started_steps, tax_by_schedule
from rules.states.law import RULES
from rules.tax_year import FIGURES, LawNotHeld, tax_year
from rules.terms import ZERO, Carryover, FilingStatus, Gains, to_cents

CASES = Path(__file__).parents[1] / "cases"
SECOND = {
    state["state"]: state
    for state in json.loads((CASES / "states.json").read_text("utf-8"), parse_float=Decimal)["states"]
}
SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY
UNTAXED = {"AK", "FL", "NH", "NV", "SD", "TN", "TX", "WY"}
PROJECTED = {"CA": 2026, "VT": 2026, "ID": 2026}  # ours are whole dollars, or another guess


def facts(code: str, year: int = 2026, status: FilingStatus = SINGLE, **given: Any) -> TaxReturn:
    law = tax_year(year)
    amounts = {"ordinary_income": Decimal(100_000), "net_investment_income": ZERO, "qualified_dividends": ZERO}
    return TaxReturn(
        law=law,
        status=status,
        deduction=law.standard_deduction[status],
        carryover=given.pop("carryover", Carryover()),
        state=state_tax_law(code, year, status),
        state_items=given.pop("state_items", StateItems()),
        **(amounts | given),
    )


def in_state(code: str, short: int = 0, long: int = 0, **given: Any) -> Liability:
    return liability(facts(code, **given), Gains(Decimal(short), Decimal(long)))


def line(year: Liability, label: str) -> Decimal:
    assert year.state_worksheet is not None
    return next(line.amount for line in year.state_worksheet.lines if line.label == label)


def test_a_standard_deduction_is_none_that_a_state_takes_as_itemized() -> None:
    """South Carolina, 2025: 15,000, as its law conforms, and not the federal 15,750, with or without edges."""
    for edges in (None, IncomeFacts()):
        assert line(in_state("SC", year=2025, edges=edges), "deduction") == -15_000


def test_qualified_dividends_are_investment_income_of_a_state() -> None:
    """Minn. Stat. § 290.033: 1% above a million; M.G.L. c. 62 § 2(c): short-term losses meet dividends up to 2,000."""
    gain = in_state("MN", long=200_000, ordinary_income=Decimal(900_000), net_investment_income=Decimal(900_000))
    assert line(gain, "tax on net investment income") == 1_000
    given = {"net_investment_income": Decimal(900_000), "qualified_dividends": Decimal(200_000)}
    assert line(in_state("MN", ordinary_income=Decimal(900_000), **given), "tax on net investment income") == 1_000
    boston = in_state("MA", short=-5_000, qualified_dividends=Decimal(1_500))
    assert boston.state_carryover == Carryover(Decimal(3_500))


@pytest.mark.parametrize(
    ("code", "year", "income", "tax"),
    [
        ("AL", 2026, 100_000, "4101.50"),  # less 2,500, federal tax of 13,170 and 1,500: 2, 4 and 5% of 82,830
        ("CT", 2026, 30_000, "361.25"),  # 15,000 above the exemption at 2 and 4.5%, less 15% by table E
        ("MA", 2026, 8_000, "0"),  # no tax status: M.G.L. c. 62 § 5(a), not above 8,000
        ("MA", 2026, 8_001, "180.05"),  # 5% above the exemption of 4,400
        ("AR", 2025, 97_181, "3265.04"),  # 94,701: 2% of 4,700, 3.9% of the rest, less 310 and the credit of 29
        ("AR", 2025, 100_280, "3685.90"),  # 97,800: in the 31st hundred above 94,700, so less 10
        ("AR", 2025, 200_000, "7584.98"),  # 197,520: less nothing
        ("NM", 2025, 8_000, "-235"),  # nothing taxable; NMSA § 7-2-14: the rebate over 7,500, not over 8,000
        ("NM", 2025, 8_001, "-212"),
        ("NY", 2025, 5_020_000, "496736.45"),  # 5,012,000: 451,165.45, and 32,571 with 20 of 50 thousandths of 32,500
        ("NY", 2025, 26_000_000, "2833128"),  # 10.9% of 25,992,000
        ("OH", 2025, 28_450, "0"),  # 26,050 and less is not taxed: R.C. 5747.02(A)(3)
        ("OH", 2025, 28_451, "322.03"),  # 1.31287% of 26,050, 2.75% of one dollar, less 20
        ("RI", 2025, 262_000, "12067.30"),  # in the second 7,250 above 254,250: of 10,900 and 5,100 three fifths
    ],
)
def test_a_single_persons_wages_by_hand(code: str, year: int, income: int, tax: str) -> None:
    assert in_state(code, year=year, ordinary_income=Decimal(income)).state_tax == Decimal(tax)


@pytest.mark.parametrize(
    ("code", "income", "label", "amount"),
    [
        ("AL", 100_000, "deduction", "-2500"),
        ("AL", 100_000, "exemptions", "-1500"),  # of the return
        ("WV", 100_000, "exemptions", "-2000"),  # of each person
        ("CO", 100_000, "federal deduction", "-15750"),
        ("ME", 100_000, "deduction left", "-15000"),
        ("MO", 100_000, "federal income tax deducted", "-672.45"),  # 5% of 13,449
        ("NM", 22_000, "low- and middle-income exemption", "-2200"),  # 2,500 less 15% of 2,000
        ("OH", 28_451, "exemption credit", "-20"),
        ("RI", 262_000, "deduction left", "-6540"),
        ("RI", 262_000, "exemptions left", "-3060"),
    ],
)
def test_what_a_return_shows_to_be_taken_off(code: str, income: int, label: str, amount: str) -> None:
    """2025, a single person's wages."""
    assert line(in_state(code, year=2025, ordinary_income=Decimal(income)), label) == Decimal(amount)


def test_a_return_shows_what_the_household_deducts_and_the_dividends_left_out() -> None:
    own = in_state("NY", state_items=StateItems(deduction=Decimal(30_000)))
    assert line(own, "deduction that the household gives for the state") == -30_000
    dividends = in_state("ND", year=2025, qualified_dividends=Decimal(10_000))
    assert line(dividends, "qualified dividends excluded") == -4_000  # 40%: N.D.C.C. § 57-38-30.3


def test_the_last_line_is_the_tax_once() -> None:
    worksheet = in_state("NY").state_worksheet
    assert worksheet is not None
    assert [shown.label for shown in worksheet.lines].count("tax") == 1
    assert worksheet.lines[-1].label == "tax"


@pytest.mark.parametrize(("code", "taxes_income", "own"), [("NY", 1, 1), ("CO", 1, 0), ("WA", 0, 0), ("TX", 0, 0)])
def test_whether_a_place_taxes_income_and_has_its_own_deduction(code: str, taxes_income: int, own: int) -> None:
    law = state_tax_law(code, 2026, SINGLE)
    assert (law.taxes_income, law.own_deduction) == (bool(taxes_income), bool(own))


def test_minnesota_leaves_high_incomes_a_fifth_of_the_deduction() -> None:
    """Minn. Stat. § 290.0123, subd. 5: of 14,950 in 2025."""
    assert line(in_state("MN", year=2025, ordinary_income=Decimal(2_000_000)), "deduction") == -2_990


@pytest.mark.parametrize(("status", "credit"), [(SINGLE, 110), (JOINT, 220)])
def test_delaware_credits_each_person(status: FilingStatus, credit: int) -> None:
    """30 Del. C. § 1110(b)(1)."""
    year = in_state("DE", year=2025, status=status)
    assert line(year, "credits for the people on the return") == -credit


@pytest.mark.parametrize(("code", "left_out"), [("WV", 11_050), ("VA", 17_000), ("MN", 0)])
def test_a_state_taxes_its_share_of_social_security(code: str, left_out: int) -> None:
    """Of 17,000, 85% of 20,000: 35% in West Virginia in 2025 (§ 11-21-12(c)(8)), none in Virginia, all in Minnesota."""
    year = in_state(code, year=2025, edges=IncomeFacts(social_security=Decimal(20_000)))
    assert year.taxable_social_security == 17_000
    assert line(year, "social security that the state does not tax") == -left_out


FEDERAL_OR_NO_DEDUCTION = {"CO", "CT", "OH", "PA", "WI"}


@pytest.mark.parametrize("code", sorted(set(state_codes()) - UNTAXED - {"WA"}))
def test_what_a_household_subtracts_and_deducts_for_its_state_lowers_the_tax(code: str) -> None:
    plain, less = (in_state(code, state_items=StateItems(subtractions=Decimal(n))) for n in (0, 1_000))
    assert less.state_tax < plain.state_tax
    low, high = (in_state(code, state_items=StateItems(deduction=Decimal(n))) for n in (20_000, 30_000))
    assert (high.state_tax < low.state_tax) is (code not in FEDERAL_OR_NO_DEDUCTION)


def test_oregon_subtracts_federal_tax_less_the_credits_that_are_paid_out() -> None:
    """Form OR-40, line 13 (I-65): 3,820 less the child's and the earned income credit, of 50,000 earned."""
    edges = IncomeFacts(adult=True, earned_income=Decimal(50_000), children=(5,))
    year = in_state("OR", ordinary_income=Decimal(50_000), edges=edges)
    assert year.income_tax == 3_820
    assert year.child_tax_credit == 2_200
    assert 0 < year.earned_income_credit < 500
    assert to_cents(line(year, "federal income tax subtracted")) == year.earned_income_credit - 1_620
    kept = 50_000 + line(year, "federal income tax subtracted") + line(year, "standard deduction of the state")
    assert line(year, "taxable income of the state") == kept


# --- the files ---


def test_every_state_and_the_district_is_held() -> None:
    assert set(state_codes()) == SECOND.keys()
    for code in state_codes():
        file = state_file(code)
        assert (file.untaxed_from is not None) == (code in UNTAXED)
        held = () if code in UNTAXED else tuple(range(2025, 2025 + len(file.years)))
        assert file.years == held  # no year between is missing
        assert code in UNTAXED or file.years[1:], code
        assert file.rule in RULES
        assert file.losses in ("federal", "none", "massachusetts", "washington")
        assert file.base in ("federal_agi", "federal_taxable_income")


@pytest.mark.parametrize("code", sorted(set(state_codes()) - UNTAXED))
def test_every_figure_has_its_law_source_day_and_certainty(code: str) -> None:
    for year in (2025, 2026):
        figures = list(StateFigures(state_file(code), year, SINGLE).figures())
        assert figures
        for figure in figures:
            assert figure.law
            assert figure.source
            assert figure.checked
            assert figure.certainty in CERTAINTY
    assert state_file(code).left_out


@pytest.mark.parametrize("code", state_codes())
@pytest.mark.parametrize("status", FilingStatus)
def test_every_status_has_a_tax(code: str, status: FilingStatus) -> None:
    for year in (2025, 2026):
        low, high = (in_state(code, long=gain, year=year, status=status) for gain in (10_000, 3_000_000))
        assert low.state_tax >= 0
        assert high.state_tax >= low.state_tax or code == "MO"  # where a gain lowers the tax
        assert (high.state_tax == 0) == (code in UNTAXED)


BRACKETED = [
    (code, year, status)
    for code in sorted(set(state_codes()) - UNTAXED - {"AR", "NC", "WA", "MA", "PA", "AZ"})
    for year in (2025, 2026)
    for status in (SINGLE, JOINT)
    if PROJECTED.get(code) != year and SECOND[code].get(f"brackets_{year}")
]


def marginal_rates(brackets: list[list[Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """A schedule without the bounds at which the rate does not change."""
    pairs = [(Decimal(lower), Decimal(rate)) for lower, rate in brackets]
    return [pair for before, pair in zip([(None, None), *pairs], pairs, strict=False) if pair[1] != before[1]]


@pytest.mark.parametrize(("code", "year", "status"), BRACKETED)
def test_brackets_equal_a_second_transcription(code: str, year: int, status: FilingStatus) -> None:
    second = marginal_rates(SECOND[code][f"brackets_{year}"]["single" if status is SINGLE else "mfj"])
    ours = StateFigures(state_file(code), year, status)
    for income in (1_000, 9_999, 30_000, 77_777, 160_000, 240_000, 480_000, 990_000):
        assert tax_by_schedule(Decimal(income), ours.schedule()) == tax_by_schedule(Decimal(income), second)


# --- what is not held ---


@pytest.mark.parametrize(
    ("code", "year", "what"),
    [("CA", 2024, "for 2024"), ("NH", 2024, "for 2024"), ("CO", 2027, "for 2027"), ("ZZ", 2026, "no state")],
)
def test_what_is_not_held_is_refused_with_a_way_out(code: str, year: int, what: str) -> None:
    with pytest.raises(LawNotHeld) as refusal:
        state_tax_law(code, year, SINGLE)
    assert what in refusal.value.what
    assert refusal.value.remedy


def test_the_recipe_for_a_states_next_year() -> None:
    """CONTRIBUTING: what moved gets a value under the new year, what did not stays; the year is held when listed."""
    text = (FIGURES / "states" / "ga.toml").read_text("utf-8")
    moved = text.replace("[rates]\n", "[rates]\n2027 = [[0, 0.0489]]\n")
    assert moved != text
    unlisted = read_state("GA", moved)
    assert unlisted.years == (2025, 2026)
    listed = read_state("GA", moved.replace("years = [2025, 2026]", "years = [2025, 2026, 2027]"))
    assert 2027 in listed.years
    for year, rate in ((2025, "0.0519"), (2026, "0.0499"), (2027, "0.0489")):
        assert StateFigures(listed, year, SINGLE).schedule() == ((0, Decimal(rate)),)
    kept = StateFigures(listed, 2027, SINGLE).amount("standard_deduction")
    assert kept == StateFigures(listed, 2026, SINGLE).amount("standard_deduction")


def test_untaxed_is_a_rule_with_a_beginning() -> None:
    """Tennessee's tax on interest and dividends ended with 2020, New Hampshire's with 2024."""
    assert not state_file("TN").untaxed(2020)
    assert state_file("TN").untaxed(2021)
    assert not state_file("NH").untaxed(2024)
    assert state_file("NH").untaxed(2040)
    until = replace(state_file("NH"), untaxed_until=2030)
    assert [until.untaxed(year) for year in (2030, 2031)] == [True, False]


def test_projected_figures_are_said_with_the_size_they_could_make() -> None:
    for code in ("CA", "VT", "CO", "WA", "ID", "UT", "OR"):
        assert "2026" in state_tax_law(code, 2026, SINGLE).caution
        assert state_file(code).projected["2026"] not in state_tax_law(code, 2025, SINGLE).caution
        assert any(mark in state_file(code).projected["2026"] for mark in ("$", "dollars", "%"))


def test_a_flat_rate_is_the_users_own() -> None:
    flat = replace(facts("TX"), state=flat_state_tax(Decimal("0.05")))
    assert liability(flat, Gains()).state_tax == Decimal("0.05") * (100_000 - 16_100)
    free = flat_state_tax(ZERO)
    assert (liability(replace(flat, state=free), Gains()).state_tax, free.carries_losses) == (0, False)
    for wrong in (1, 5, -1):
        with pytest.raises(ValueError, match="fraction"):
            flat_state_tax(Decimal(wrong))


# --- arithmetic that state forms share ---


def test_steps_begin_at_a_dollar_over_and_end_at_a_full_one() -> None:
    size = Decimal(1000)
    assert [started_steps(Decimal(x), size, 5) for x in (-1, 0, 1, 1000, 1001, 90_000)] == [0, 0, 1, 1, 2, 5]
    assert [full_steps(Decimal(x), size, 5) for x in (-1, 0, 999, 1000, 1999, 90_000)] == [0, 0, 0, 1, 1, 5]


def test_rows_hold_from_their_bound_or_above_it() -> None:
    rows = ((Decimal(0), Decimal(1)), (Decimal(100), Decimal(2)))
    assert [row_of(Decimal(x), rows) for x in (0, 99, 100)] == [1, 1, 2]
    assert row_of(Decimal(100), rows, above=True) == 1
    assert phased_out(Decimal(10), Decimal(25), Decimal(100)) == Decimal("7.5")


# --- the authorities' own rules and examples ---


def test_new_jersey_loss_is_worthless_beyond_gains() -> None:
    """N.J.S.A. 54A:5-1(c): US-ST-001, gains 4,000 and losses 10,000 beside wages."""
    assert in_state("NJ", 4_000, -10_000).state_tax == in_state("NJ").state_tax
    assert in_state("NJ", 4_000, -10_000).state_carryover == Carryover()
    assert in_state("NJ", carryover=Carryover(Decimal(50_000))).state_tax == in_state("NJ").state_tax


def test_pennsylvania_has_no_wash_sale_rule() -> None:
    """US-ST-002: gains 4,000, losses 3,000 of which § 1091 disallows 1,000 federally."""
    year = liability(facts("PA"), Gains(Decimal(2_000), disallowed=Decimal(1_000)))
    assert year.net_short_term == 2_000
    assert line(year, "net gains of the year, if any") == 1_000
    assert year.state_tax == Decimal("0.0307") * 101_000


def test_arizona_subtracts_a_quarter_of_long_term_gain() -> None:
    """US-ST-003, A.R.S. § 43-1022: the long-term gain is subtracted whatever is short-term."""
    assert line(in_state("AZ", long=10_000), "net long-term gain subtracted") == -2_500
    assert line(in_state("AZ", -4_000, 10_000), "net long-term gain subtracted") == -2_500


@pytest.mark.parametrize(
    ("code", "short", "long", "label", "excluded"),
    [
        ("AR", -2_000, 10_000, "net capital gain exempt", 4_000),
        ("SC", -2_000, 10_000, "capital gain excluded", 3_520),
        ("MO", 4_000, 6_000, "capital gain subtracted", 10_000),
        ("WI", -4_000, 10_000, "capital gain excluded", 1_800),
        ("ND", 0, 10_000, "capital gain excluded", 4_000),
        ("NM", 0, 10_000, "capital gain excluded", 2_500),
        ("VT", 0, 10_000, "capital gain excluded", 5_000),
    ],
)
def test_gain_left_out(code: str, short: int, long: int, label: str, excluded: int) -> None:
    """US-ST-004 to 006 and US-ST-009: net capital gain, less net short-term loss."""
    assert line(in_state(code, short, long), label) == -excluded


def test_missouri_taxes_no_gain_and_counts_losses() -> None:
    """RSMo § 143.121.3(14)(a): with federal tax deducted, a gain lowers Missouri tax and a harvest raises it."""
    at = {gain: in_state("MO", long=gain, ordinary_income=Decimal(90_000)).state_tax for gain in (-3_000, 0, 20_000)}
    assert at[20_000] < at[0]
    assert at[-3_000] < at[0]


def test_alabama_takes_the_whole_loss_and_carries_none() -> None:
    """Form 40, Schedule D instructions: 20,000 of loss on 90,000 of wages, 2025, less the federal tax deducted."""
    given: dict[str, Any] = {"year": 2025, "ordinary_income": Decimal(90_000)}
    assert in_state("AL", long=-20_000, **given).state_tax - in_state("AL", **given).state_tax == -967
    assert in_state("AL", long=-20_000, **given).state_carryover == Carryover()


def test_massachusetts_order_of_losses() -> None:
    """US-ST-007: a short-term loss meets $2,000 of interest first, then long-term gain; the rest is carried."""
    year = in_state("MA", -9_000, 3_000, net_investment_income=Decimal(5_000))
    assert line(year, "losses against interest and dividends") == -2_000
    assert line(year, "net long-term gain") == 0
    assert year.state_carryover == Carryover(Decimal(4_000), ZERO)


def test_massachusetts_dor_example() -> None:
    """Dividends 2,600, short-term +700 and -1,900, long-term -3,600: dividends 600 are left, 2,800 is carried."""
    year = in_state("MA", -1_200, -3_600, net_investment_income=Decimal(2_600))
    assert line(year, "losses against interest and dividends") == -2_000
    assert year.state_carryover == Carryover(ZERO, Decimal(2_800))


def test_massachusetts_losses_against_interest_lower_income_and_free_the_exemption() -> None:
    """M.G.L. c. 62 § 2(c): 2,000 of 3,000 of interest is met; § 3(B): of 4,400 the rest meets the gain (Form 1)."""
    interest = {"net_investment_income": Decimal(3_000)}
    wages = in_state("MA", short=-5_000, ordinary_income=Decimal(100_000), **interest)
    assert wages.state_tax == Decimal("4680")  # 5% of 100,000 less 2,000 and 4,400
    gain = in_state("MA", -2_000, 20_000, ordinary_income=Decimal(3_000), **interest)
    assert gain.state_tax == Decimal("830")  # 5% of 20,000 less 3,400


def test_washington_excise() -> None:
    """US-ST-008, RCW 82.87.040: 400,000 of long-term gain in 2025; short-term losses count for nothing."""
    assert in_state("WA", long=400_000, year=2025).state_tax == 8_540
    assert in_state("WA", -90_000, 400_000, year=2025).state_tax == 8_540


def test_california_adds_one_percent_above_a_million() -> None:
    """Cal. Rev. & Tax. Code § 17043."""
    year = in_state("CA", long=1_000_000)
    taxable = line(year, "taxable income of the state")
    assert line(year, "behavioral health services tax") == (taxable - 1_000_000) / 100


def test_maryland_jumps_at_350_000() -> None:
    """2025 Md. Laws ch. 604: 2% on all of the net capital gain once federal income is above 350,000."""
    below, above = (in_state("MD", long=gain, ordinary_income=Decimal(150_000)) for gain in (200_000, 200_001))
    assert above.state_tax - below.state_tax > 4_000


def test_what_the_household_says_for_its_state() -> None:
    pension = in_state("NY", state_items=StateItems(subtractions=Decimal(20_000)))
    assert pension.state_tax < in_state("NY").state_tax
    itemized = in_state("NY", state_items=StateItems(deduction=Decimal(30_000)))
    assert itemized.state_tax < in_state("NY").state_tax
    assert pension.income_tax == itemized.income_tax == in_state("NY").income_tax


def test_the_states_own_carryover() -> None:
    """A household that moved: nothing carried federally, 8,000 of long-term loss on the California return."""
    own = in_state("CA", long=10_000, state_items=StateItems(carryover=Carryover(ZERO, Decimal(8_000))))
    assert own.state_tax == in_state("CA", long=2_000).state_tax
    assert own.net_long_term == 10_000
    lost = in_state("CA", state_items=StateItems(carryover=Carryover(ZERO, Decimal(8_000))))
    assert lost.state_carryover == Carryover(ZERO, Decimal(5_000))  # as the federal worksheet: $3,000 deducted
    assert lost.carryover_long == 0
    for code, carried in (("NJ", Carryover()), ("MA", Carryover(ZERO, Decimal(8_000)))):  # not by the federal worksheet
        own = in_state(code, state_items=StateItems(carryover=Carryover(ZERO, Decimal(8_000))))
        assert own.state_carryover == carried


def test_a_households_law_is_one_object() -> None:
    """So that two returns are equal where their facts are, and what was computed of the one is found for the other."""
    assert state_tax_law("MN", 2026, JOINT) == state_tax_law("MN", 2026, JOINT) != state_tax_law("MN", 2026, SINGLE)
