"""State tax: an estimate where a state taxes as the federal return does, a refusal with its reason elsewhere."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.states import StateTax, flat_state_tax, state_tax, state_tax_law, state_worksheet
from rules.tax_year import LawNotHeld, read_tables
from rules.terms import FilingStatus

CASES = Path(__file__).parents[1] / "cases"
SECOND = {
    state["state"]: state
    for state in json.loads((CASES / "states.json").read_text("utf-8"), parse_float=Decimal)["states"]
}
OURS = read_tables("states.toml")
REFUSED = {code for code, state in OURS.items() if "refused" in state}
WORKED = [case for case in json.loads((CASES / "law.json").read_text("utf-8"))["cases"] if case["category"] == "states"]
SINGLE, JOINT = FilingStatus.SINGLE, FilingStatus.MARRIED_JOINTLY


def test_every_state_and_the_district_is_answered() -> None:
    assert OURS.keys() == SECOND.keys()
    assert len(OURS) == 51
    for state in OURS.values():
        assert {"name", "law", "source", "checked"} <= state.keys()


def test_a_state_is_held_only_where_it_is_plain() -> None:
    plain = {
        code
        for code, state in SECOND.items()
        if state["cap_gains_treatment"] == "ordinary"
        and state["carryforward_allowed"]
        and state["certainty"] in ("high", "medium-high")
    }
    untaxed = {code for code, state in SECOND.items() if state["cap_gains_treatment"] == "none"}
    assert OURS.keys() - REFUSED == plain | untaxed
    assert untaxed == {"AK", "FL", "NH", "NV", "SD", "TN", "TX", "WY"}


def marginal_rates(brackets: list[list[Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """A schedule without the bounds at which the rate does not change."""
    pairs = [(Decimal(lower), Decimal(rate)) for lower, rate in brackets]
    return [pair for before, pair in zip([(None, None), *pairs], pairs, strict=False) if pair[1] != before[1]]


HELD = [
    (code, year, status)
    for code, state in OURS.items()
    for year in (2025, 2026)
    for status in (SINGLE, JOINT)
    if str(year) in state and code != "CA"
]


@pytest.mark.parametrize(("code", "year", "status"), HELD)
def test_brackets_equal_a_second_transcription(code: str, year: int, status: FilingStatus) -> None:
    second = SECOND[code][f"brackets_{year}"]["single" if status is SINGLE else "mfj"]
    assert list(state_tax_law(code, year, status).schedule) == marginal_rates(second)


@pytest.mark.parametrize(("status", "key"), [(SINGLE, "single"), (JOINT, "mfj")])
def test_california_adds_one_percent_above_a_million(status: FilingStatus, key: str) -> None:
    """Cal. Rev. & Tax. Code § 17043, the same threshold on every return."""
    plain = StateTax("", tuple(marginal_rates(SECOND["CA"]["brackets_2026"][key])))
    ours = state_tax_law("CA", 2026, status)
    for income in (50_000, 999_999, 1_000_000, 1_200_000, 2_000_000):
        extra = Decimal("0.01") * max(income - 1_000_000, 0)
        assert state_tax(Decimal(income), ours) == state_tax(Decimal(income), plain) + extra


def test_tax_by_hand() -> None:
    """Virginia: 2% to 3,000, 3% to 5,000, 5% to 17,000, 5.75% above."""
    virginia = state_tax_law("VA", 2026, SINGLE)
    assert state_tax(Decimal(20_000), virginia) == 60 + 60 + 600 + Decimal("172.50")
    assert state_tax(Decimal(-20_000), virginia) == 0
    assert state_worksheet(Decimal(-1), virginia).last == 0


def test_estimates_say_so_and_say_whose_thresholds_they_use() -> None:
    assert "estimate" in (state_tax_law("IL", 2026, SINGLE).caution or "")
    assert "those of 2025" in (state_tax_law("CA", 2026, SINGLE).caution or "")
    assert "those of 2025" not in (state_tax_law("CA", 2025, SINGLE).caution or "")


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_no_income_tax(year: int) -> None:
    texas = state_tax_law("TX", year, SINGLE)
    assert (texas.schedule, texas.caution) == ((), None)
    assert state_tax(Decimal(1_000_000), texas) == 0


def test_a_flat_rate_is_the_users_own() -> None:
    assert state_tax(Decimal(1000), flat_state_tax(Decimal("0.05"))) == 50
    assert state_tax(Decimal(-1000), flat_state_tax(Decimal("0.05"))) == 0
    with pytest.raises(ValueError, match="fraction"):
        flat_state_tax(Decimal(5))


@pytest.mark.parametrize("case", WORKED, ids=[case["id"] for case in WORKED])
def test_a_state_that_taxes_gains_otherwise_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(LawNotHeld) as problem:
        state_tax_law(case["inputs"]["state"], 2026, SINGLE)
    assert "state_rate" in problem.value.remedy
    assert OURS[case["inputs"]["state"]]["refused"] in problem.value.what


@pytest.mark.parametrize(
    ("code", "year", "status", "what"),
    [
        ("CA", 2024, SINGLE, "for 2024"),
        ("NH", 2024, SINGLE, "for 2024"),  # interest and dividends were taxed until then
        ("CO", 2026, SINGLE, "for 2026"),  # the year's rate was not published in the source
        ("CA", 2026, FilingStatus.HEAD_OF_HOUSEHOLD, "head_of_household"),
        ("KS", 2026, FilingStatus.QUALIFYING_SURVIVING_SPOUSE, "qualifying_surviving_spouse"),
        ("WV", 2026, FilingStatus.MARRIED_SEPARATELY, "married_separately"),  # half-width brackets
        ("ZZ", 2026, SINGLE, "no state"),
    ],
)
def test_what_is_not_known_is_refused(code: str, year: int, status: FilingStatus, what: str) -> None:
    with pytest.raises(LawNotHeld) as problem:
        state_tax_law(code, year, status)
    assert what in problem.value.what
    assert problem.value.remedy


@pytest.mark.parametrize(
    ("code", "status", "same_as"),
    [
        ("NY", FilingStatus.MARRIED_SEPARATELY, SINGLE),
        ("NY", FilingStatus.QUALIFYING_SURVIVING_SPOUSE, JOINT),
        ("OR", FilingStatus.HEAD_OF_HOUSEHOLD, JOINT),
        ("KS", FilingStatus.HEAD_OF_HOUSEHOLD, SINGLE),
        ("GA", FilingStatus.HEAD_OF_HOUSEHOLD, SINGLE),
    ],
)
def test_statuses_that_share_a_schedule(code: str, status: FilingStatus, same_as: FilingStatus) -> None:
    assert state_tax_law(code, 2026, status) == state_tax_law(code, 2026, same_as)
