"""C1 to C7 as keys of `[wash_sale]`: typed, with the nearest right key, laid over by scenarios, said when in force."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from planner.domain.errors import InputError
from planner.loader import load_case
from rules.conventions import DEFAULTS, Conventions, Tacking

AS_OF = date(2026, 12, 8)
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\n'
OTHER_READINGS = {
    "gone_shares_replace": ("true", True),
    "older_replaces_newer": ("false", False),
    "gains_use_up_replacements": ("true", True),
    "tacking": ('"old_date"', Tacking.OLD_DATE),
    "spouse_keeps_the_loss": ("false", False),
    "options_replace": ("false", False),
    "days_sales_together": ("false", False),
}


def read(folder, text, scenario=None):
    (folder / "household.toml").write_text(TAXPAYER + text, "utf-8")
    return load_case(folder, as_of=AS_OF, scenario=scenario)


def said(case):
    return [caution.text for caution in case.cautions if caution.code == "reading_chosen"]


def test_every_open_point_is_a_key():
    assert list(OTHER_READINGS) == [point.name for point in fields(Conventions)]


def test_what_is_not_written_is_read_as_harvest_does(tmp_path):
    case = read(tmp_path, "[wash_sale]\ntacking = 'days_held'\n")
    assert case.household.wash_sale.conventions == DEFAULTS
    assert said(case) == []


@pytest.mark.parametrize("key", OTHER_READINGS)
def test_another_reading_is_taken_and_said(tmp_path, key):
    written, value = OTHER_READINGS[key]
    case = read(tmp_path, f"[wash_sale]\n{key} = {written}\n")
    assert {
        p.name
        for p in fields(Conventions)
        if getattr(case.household.wash_sale.conventions, p.name) != getattr(DEFAULTS, p.name)
    } == {key}
    assert getattr(case.household.wash_sale.conventions, key) == value
    (text,) = said(case)
    assert text.startswith(f"[wash_sale] {key} = {written}: ")


@pytest.mark.parametrize("key", OTHER_READINGS)
def test_a_scenario_reads_otherwise_than_the_household(tmp_path, key):
    scenario = f"[scenarios.Otherwise]\nwash_sale.{key} = {OTHER_READINGS[key][0]}\n"
    assert said(read(tmp_path, scenario)) == []
    assert len(said(read(tmp_path, scenario, "Otherwise"))) == 1


@pytest.mark.parametrize(
    ("line", "what", "remedy"),
    [
        ("gone_share_replaces = true", "there is no key `gone_share_replaces` in [wash_sale]; did you mean", ""),
        ("options_replace = 1", "`options_replace` must be true or false, not 1", "write true or false, without"),
        ('tacking = "oldest"', "`tacking` is `oldest`; did you mean `old_date`", "write one of: days_held"),
        ("tacking = true", "`tacking` must be text, not true", "put it in quotes"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path, line, what, remedy):
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"[wash_sale]\n{line}\n")
    (problem,) = caught.value.problems
    assert problem.where == "household.toml:6"
    assert problem.what.startswith(what)
    assert problem.remedy.startswith(remedy)
