"""The figures: each with its address, each equal to a second transcription, none missing, and no year beyond them."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules.tax_year import FIGURES, YEARS_HELD, LawNotHeld, TaxYear, tax_year
from rules.terms import FilingStatus

SECOND = json.loads((Path(__file__).parent / "cases" / "params_federal.json").read_text("utf-8"), parse_float=Decimal)
THEIR_NAME = {
    FilingStatus.SINGLE: "single",
    FilingStatus.MARRIED_JOINTLY: "mfj",
    FilingStatus.MARRIED_SEPARATELY: "mfs",
    FilingStatus.HEAD_OF_HOUSEHOLD: "hoh",
    FilingStatus.QUALIFYING_SURVIVING_SPOUSE: "qss",
}
every_year = pytest.mark.parametrize("year", YEARS_HELD)


def named(ours: Mapping[FilingStatus, Any]) -> dict[str, Any]:
    return {THEIR_NAME[status]: value for status, value in ours.items()}


def values(law: TaxYear, section: str) -> Mapping[str, Any]:
    return next(found.values for found in law.sections if found.name == section)


def test_the_years_held_are_the_files_there_are() -> None:
    assert list(YEARS_HELD) == list(range(2024, YEARS_HELD[-1] + 1)), "a year between is missing"
    assert {entry.name for entry in FIGURES.iterdir() if entry.name[0].isdigit()} == {f"{y}.toml" for y in YEARS_HELD}


@every_year
def test_every_section_has_its_address(year: int) -> None:
    for section in tax_year(year).sections:
        assert section.law.startswith(("26 U.S.C. §", "42 U.S.C. §")), section
        publishers = ("https://www.law.cornell.edu/uscode/text/26/", "https://www.irs.gov/", "https://www.cms.gov/")
        assert section.source.startswith(publishers)
        assert type(section.checked) is date
        assert type(section.indexed) is bool
        assert section.values, section


@every_year
def test_tables_by_status_equal_the_second_transcription(year: int) -> None:
    law, second = tax_year(year), SECOND["years"][str(year)]
    limit = second["capital_loss_limit"]
    assert {name: list(tops) for name, tops in named(law.ordinary_tops).items()} == second["ordinary_upper"]
    assert named(law.zero_rate_top) == second["ltcg_zero_max"]
    assert named(law.fifteen_rate_top) == second["ltcg_15_max"]
    assert named(law.collectibles_ordinary_top) == second["below_25pct_top (1(h)(1)(A)(ii)(I))"]
    assert named(law.standard_deduction) == second["standard_deduction"]
    assert named(law.niit_threshold) == second["niit"]["threshold"]
    assert named(law.amt_exemption) == second["amt"]["exemption"]
    assert named(law.amt_phase_out_start) == second["amt"]["phaseout_start"]
    assert named(law.capital_loss_limit) == {name: limit.get(name, limit["default"]) for name in THEIR_NAME.values()}


@every_year
def test_rates_equal_the_second_transcription(year: int) -> None:
    law, second = tax_year(year), SECOND["years"][str(year)]
    assert list(law.ordinary_rates) == second["ordinary_rates"]
    assert list(law.preferential_rates) == second["ltcg_rates"]
    assert law.collectibles_rate == second["rate_collectibles_1202"]
    assert law.niit_rate == second["niit"]["rate"]
    assert law.amt_phase_out_rate == second["amt"]["phaseout_rate"]


@every_year
def test_what_serves_a_caution_equals_the_second_transcription(year: int) -> None:
    law, second = tax_year(year), SECOND["years"][str(year)]
    assert list(values(law, "additional_standard_deduction").values()) == list(
        second["additional_std_65_or_blind"].values()
    )
    senior = second["senior_deduction_151d5C"]
    if senior is None:
        assert "senior_deduction" not in {section.name for section in law.sections}
        return
    ours, start = values(law, "senior_deduction"), senior["phaseout_start_magi"]
    assert ours["each"] == senior["amount_per_person_65+"]
    assert ours["phase_out_rate"] == senior["phaseout_rate"]
    assert (ours["married_jointly"], ours["single"]) == (start["mfj"], start["other"])
    assert "married_separately" not in ours


@every_year
def test_figures_agree_among_themselves(year: int) -> None:
    law = tax_year(year)
    assert len(law.ordinary_rates) == 7
    for status in FilingStatus:
        tops = law.ordinary_tops[status]
        assert len(tops) == 6
        assert list(tops) == sorted(set(tops))
        assert law.zero_rate_top[status] < tops[1], "the 0% rate ends below the 12% bracket"
        assert law.zero_rate_top[status] < law.fifteen_rate_top[status]
        assert law.collectibles_ordinary_top[status] == tops[3]
    joint, surviving = FilingStatus.MARRIED_JOINTLY, FilingStatus.QUALIFYING_SURVIVING_SPOUSE
    for section in law.sections:
        # § 151(d)(5)(C) speaks of a joint return; everywhere else a surviving spouse has the joint figures
        if joint.value in section.values and section.name != "senior_deduction":
            assert section.values[joint.value] == section.values[surviving.value], section.name


def test_section_68_applies_from_2026_where_the_37_percent_bracket_begins() -> None:
    assert tax_year(2025).itemized_reduction_start is None
    law = tax_year(2026)
    assert law.itemized_reduction_start is not None
    assert dict(law.itemized_reduction_start) == {status: tops[-1] for status, tops in law.ordinary_tops.items()}


def test_there_is_one_object_a_year() -> None:
    assert tax_year(2026) is tax_year(2026)


def test_the_readme_names_the_years_held() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    assert f"tax years {YEARS_HELD[0]} to {YEARS_HELD[-1]}" in readme


@pytest.mark.parametrize("year", [YEARS_HELD[0] - 1, YEARS_HELD[-1] + 1, YEARS_HELD[-1] + 5])
def test_a_year_not_held_is_refused_with_a_remedy(year: int) -> None:
    with pytest.raises(LawNotHeld) as problem:
        tax_year(year)
    assert problem.value.what == f"harvest holds no figures for {year}, only for {YEARS_HELD[0]} to {YEARS_HELD[-1]}"
    assert "`harvest windows` work without" in problem.value.remedy
