"""`harvest law YEAR --state XX`: every figure in force with its law, document and day, and what is left out."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.domain.errors import ExitCode
from rules.states.figures import StateFigures, state_codes, state_file
from rules.terms import FilingStatus


def printed(*words: str, code: ExitCode = ExitCode.DONE) -> str:
    found = CliRunner().invoke(cli.app, ["law", *words], env={"COLUMNS": "4000"})
    assert found.exit_code == code
    return found.output


def closed_up(text: str) -> str:
    """Without the spaces and line ends at which a page breaks."""
    return "".join(text.split())


@pytest.mark.parametrize("code", state_codes())
def test_every_figure_is_printed_with_where_it_was_read(code: str) -> None:
    text, file = printed("2026", "--state", code), state_file(code)
    if file.untaxed_from is not None:
        assert text == f"{file.name}: no income tax in 2026.\n"
        return
    text = closed_up(text)
    for figure in StateFigures(file, 2026, FilingStatus.SINGLE).figures():
        assert figure.name.replace("_", "").capitalize() in text
        assert closed_up(figure.law) in text
        assert closed_up(figure.source) in text
        assert figure.checked.isoformat() in text
    for item in (*file.left_out, *file.projected.values()):
        assert closed_up(item) in text


def test_a_schedule_is_printed_as_rates_and_where_they_begin() -> None:
    text = closed_up(printed("2026", "--state", "ny"))
    assert closed_up("single, married separately: 3.9% from $0, 4.4% from $8,500") in text


def test_a_place_or_year_not_held_is_law_not_covered() -> None:
    assert "no state has the code 'ZZ'" in printed("2026", "--state", "zz", code=ExitCode.LAW_NOT_COVERED)
    assert "for 2027 is not held" in printed("2027", "--state", "CA", code=ExitCode.LAW_NOT_COVERED)


PROJECTED = {
    "CA": {"rates", "standard_deduction", "exemption_credit", "credit_reduction_start"},
    "CO": {"rates"},
    "ID": {"rates"},
    "OR": {"exemption_credit"},
    "UT": {"phase_out_start"},
    "VT": {"rates", "standard_deduction", "personal_exemption"},
    "WA": {"standard_deduction"},
}


@pytest.mark.parametrize("code", state_codes())
def test_a_projected_figure_says_so(code: str) -> None:
    file = state_file(code)
    figures = list(StateFigures(file, 2026, FilingStatus.SINGLE).figures())
    projected = {figure.name for figure in figures if figure.projected}
    assert projected == PROJECTED.get(code, set())
    assert bool(projected) == ("2026" in file.projected)
    assert not any(figure.projected for figure in StateFigures(file, 2025, FilingStatus.SINGLE).figures())
    assert printed("2026", "--state", code).count("projected from: ") == len(projected)


def test_figures_are_printed_in_their_unit() -> None:
    text = closed_up(printed("2026", "--state", "ca"))
    assert closed_up("single, married separately, head of household: 1 married jointly") in text
    assert closed_up("Surtax 0% from $0, 1% from $1,000,000") in text
    federal = closed_up(printed("2026"))
    assert closed_up("table of: 2026") in federal
    assert closed_up("Part B, a month: $81.20, $202.90") in federal
    assert closed_up("by income: 0% to 133% of the poverty line: 2.1%, 133% to 150%") in federal
