"""What reads well and is hardly ever true is asked about: one warning, its line, and a way to say that it is right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.errors import Caution, InputError
from planner.loader import load_case
from planner.loader.plausibility.question import CODES

AS_OF = date(2026, 12, 8)
ROOT = Path(__file__).resolve().parents[2]
TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
HEADER = "symbol,quantity,acquired,basis,price\n"
LOTS = (
    "NKE,100,2025-03-04,7172.00,61.20\n"
    "VTI,40,2024-06-13,10424.00,331.00\n"
    "AAPL,15,2021-02-17,1965.00,279.00\n"
    "BND,200,2025-11-20,14600.00,73.20\n"
)
NKE, REST = LOTS.split("\n", 1)
REALIZED = "symbol,quantity,acquired,sold,proceeds,basis\nINTC,100,2025-01-07,2026-05-19,3950.00,2010.00\n"
ACCOUNT = '[[accounts]]\nname = "Schwab"\nkind = "taxable"\n'


def loaded(folder: Path, lots: str = HEADER + LOTS, *, toml: str = "", whole: str = "", **files: str) -> Case:
    listed = "".join(f'{key} = "{key}.csv"\n' for key in ("lots", *files) if key != "other")
    for name, text in {"lots": lots, **files}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "household.toml").write_text(whole or TAXPAYER + ACCOUNT + listed + toml, "utf-8")
    return load_case(folder, as_of=AS_OF)


def asked(case: Case) -> list[Caution]:
    return [caution for caution in case.cautions if caution.code in CODES]


def test_an_honest_household_is_asked_nothing(tmp_path: Path) -> None:
    assert asked(loaded(tmp_path, realized=REALIZED)) == []


@pytest.mark.parametrize("example", sorted(path.parent.name for path in (ROOT / "examples").glob("*/household.toml")))
def test_no_example_is_asked_anything(example: str) -> None:
    assert asked(load_case(ROOT / "examples" / example, as_of=AS_OF)) == []


@pytest.mark.parametrize(
    ("row", "code", "why"),
    [
        ("NKE,100,2025-03-04,71.72,61.20", "value_far_from_basis", "the two are nearly equal"),
        ("NKE,100,2025-03-04,61.20,7172", "value_far_from_basis", "look swapped"),
        ("NKE,100,2025-03-04,7172,6120", "value_far_from_basis", "the two are nearly equal"),
        ("NKE,100,2025-03-04,7172,0.612", "value_far_from_basis", "check the decimal point"),
        ("NKE,100,2025-03-04,717200,61.20", "value_far_from_basis", "check the decimal point"),
        ("NKE,100,2025-03-04,17.184,61.20", "value_far_from_basis", "check the decimal point"),
        ("NKE,6120,2025-03-04,7172,61.20", "value_far_from_basis", "the quantity looks like dollars"),
        ("NKE,100,2025-03-04,7172,0", "zero_price", "it cannot be sold at that price"),
        ("NKE,100,2025-03-04,0,61.20", "zero_basis", "with a basis of zero"),
        ("NKE,100,1921-03-04,7172,61.20", "acquired_long_ago", "105 years ago"),
    ],
)
def test_a_lot_whose_figures_do_not_go_together(tmp_path: Path, row: str, code: str, why: str) -> None:
    (caution,) = asked(loaded(tmp_path, HEADER + row + "\n" + REST))
    assert caution.code == code
    assert caution.text.startswith("lots.csv:2: ")
    assert why in caution.text
    assert f'[confirm]: {code} = ["NKE"]' in caution.text
    for answer in ('["NKE"]', '["nke"]', '["Schwab"]', "true"):
        assert asked(loaded(tmp_path, HEADER + row + "\n" + REST, toml=f"[confirm]\n{code} = {answer}\n")) == []
    (again,) = asked(loaded(tmp_path, HEADER + row + "\n" + REST, toml=f'[confirm]\n{code} = ["VTI"]\n'))
    assert again == caution


def test_a_price_of_zero_is_not_asked_of_what_is_declared_worthless(tmp_path: Path) -> None:
    row = HEADER + "NKE,100,2025-03-04,7172,0\n" + REST
    assert asked(loaded(tmp_path, row, toml='[special]\nworthless = ["NKE"]\n')) == []


def test_all_prices_in_cents_are_one_question(tmp_path: Path) -> None:
    rows = [row.rsplit(",", 1) for row in LOTS.splitlines()]
    (caution,) = asked(loaded(tmp_path, HEADER + "".join(f"{row},{float(price) * 100}\n" for row, price in rows)))
    assert caution.code == "value_far_from_basis"
    assert "the same of 3 more (line 3, 4, 5)" in caution.text


@pytest.mark.parametrize(
    "row",
    [
        "NVDA,40,2004-05-04,30.00,180.00",
        "AAPL,100,2003-05-04,25.00,279.00",
        "BTC,0.5,2013-05-04,50.00,92000",
        "DOGE,10000,2020-02-04,25.00,0.15",
        "FTT,500,2021-09-04,30000.00,1.2",
        "PTON,100,2021-01-04,15000.00,7",
        "SPCE,50,2021-02-04,55000.00,1500",
        "AAPL 12/18/2026 400.00 C,1,2026-02-04,500,0.01",
        "VMFXX,5000,2025-02-04,5000,1",
    ],
)
def test_an_honest_winner_or_loser_is_not_asked_about(tmp_path: Path, row: str) -> None:
    assert asked(loaded(tmp_path, HEADER + row + "\n")) == []


def test_what_a_lot_of_an_ira_has_cost_is_nobodys_question(tmp_path: Path) -> None:
    whole = TAXPAYER + '[[accounts]]\nname = "x"\nkind = "ira"\nlots = "lots.csv"\n'
    assert asked(loaded(tmp_path, HEADER + "NKE,100,2025-03-04,71.72,61.20\n", whole=whole)) == []


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("INTC,100,2025-01-07,2026-05-19,39.50,2010.00", "the proceeds look like those of one unit"),
        ("INTC,100,2025-01-07,2026-05-19,3950.00,20.10", "the basis looks like that of one unit"),
        ("INTC,100,2025-01-07,2026-05-19,1234567.00,2010.00", "check the decimal points"),
    ],
)
def test_a_sale_whose_figures_do_not_go_together(tmp_path: Path, row: str, why: str) -> None:
    (caution,) = asked(loaded(tmp_path, realized=f"{REALIZED.splitlines()[0]}\n{row}\n"))
    assert caution.code == "proceeds_far_from_basis"
    assert caution.text.startswith("realized.csv:2: ")
    assert why in caution.text


def test_every_row_twice(tmp_path: Path) -> None:
    for lots in (HEADER + LOTS + LOTS, HEADER + (NKE + "\n") * 2):
        (caution,) = asked(loaded(tmp_path, lots))
        assert caution.code == "rows_twice"
        assert caution.text.startswith(f"lots.csv:{2 + lots.count(chr(10)) // 2}: each row")
        assert asked(loaded(tmp_path, lots, toml='[confirm]\nrows_twice = ["lots.csv"]\n')) == []
    assert asked(loaded(tmp_path, HEADER + LOTS + NKE + "\n")) == []  # two fills


def test_one_trade_twice_in_a_history_of_our_own_layout(tmp_path: Path) -> None:
    """A row copied by hand, or appended twice by a program: brokers write two fills alike, people seldom do."""
    header = "date,action,symbol,quantity,amount\n"
    trade, dividend = "2026-03-02,buy,NKE,5,300\n", "2026-03-02,dividend,NKE,0,5\n"
    once = header + trade + dividend * 2 + "2026-04-02,sell,NKE,1,70\n"
    whole = TAXPAYER + ACCOUNT + 'transactions = "other.csv"\n'
    assert asked(loaded(tmp_path, whole=whole, other=once)) == []
    (caution,) = asked(loaded(tmp_path, whole=whole, other=once + trade))
    assert caution.text.startswith("other.csv:6: a row of this file appears in it twice or more")
    assert asked(loaded(tmp_path, whole=whole + "[confirm]\nrows_twice = true\n", other=once + trade)) == []
    sale = REALIZED.splitlines()
    (caution,) = asked(loaded(tmp_path, realized="\n".join([*sale, "VTI,1,2025-03-04,2026-03-04,90,95", sale[-1]])))
    assert caution.code == "rows_twice"


def test_the_same_rows_in_two_accounts_one_byte_apart(tmp_path: Path) -> None:
    whole = TAXPAYER + ACCOUNT + 'lots = "lots.csv"\n' + ACCOUNT.replace("Schwab", "Fidelity") + 'lots = "other.csv"\n'
    (caution,) = asked(loaded(tmp_path, whole=whole, other=HEADER + LOTS.replace("7172.00", "7172.0")))
    assert caution.code == "rows_of_two_accounts"
    assert "other.csv:2" in caution.text or "lots.csv:2" in caution.text
    assert asked(loaded(tmp_path, whole=whole, other=HEADER + LOTS.replace("2025", "2024"))) == []


def test_days_before_months_where_it_can_be_seen(tmp_path: Path) -> None:
    """March 4 as 4/3/2025 and so on: read month first, two of them are Sundays."""
    days = [date(2025, 3, 4), date(2025, 7, 9), date(2024, 11, 8)]
    rows = "".join(f"NKE,10,{day.day}/{day.month}/{day.year},700,61.20\n" for day in days)
    (caution,) = asked(loaded(tmp_path, HEADER + rows))
    assert caution.code == "days_before_months"
    assert "is a Sunday" in caution.text
    assert asked(loaded(tmp_path, HEADER + rows + "VTI,1,2025-03-14,250,250\n")) == []


@pytest.mark.parametrize(
    "name",
    [
        "Roth IRA at Vanguard",
        "My roth",
        "Rollover IRA",
        "ira",
        "Fidelity 401k",
        "401(k)",
        "HSA",
        "529 for Ann",
        "403b",
        "Rollover",
        "Dad's I.R.A.",
        "457(b)",
        "BrokerageLink",
        "Coverdell",
        "Traditional",
    ],
)
def test_an_account_called_as_a_sheltered_one(tmp_path: Path, name: str) -> None:
    whole = TAXPAYER + f'[[accounts]]\nname = "{name}"\nlots = "lots.csv"\n'
    (caution,) = asked(loaded(tmp_path, whole=whole))
    assert (caution.code, name in caution.text) == ("sheltered_name", True)
    for kind in ("taxable", "roth_ira"):
        assert asked(loaded(tmp_path, whole=whole + f'kind = "{kind}"\n')) == []


def test_two_accounts_called_so_are_both_named(tmp_path: Path) -> None:
    listed = "".join(f'[[accounts]]\nname = "{name}"\nlots = "{name}.csv"\n' for name in ("Roth", "HSA"))
    for name in ("Roth", "HSA"):
        (tmp_path / f"{name}.csv").write_text(HEADER + LOTS.replace("10", "1" * len(name)), "utf-8")
    found = asked(loaded(tmp_path, whole=TAXPAYER + listed))
    (text,) = (caution.text for caution in found if caution.code == "sheltered_name")
    assert "`Roth`" in text
    assert "the same of 1 more (HSA)" in text


@pytest.mark.parametrize(
    "name", ["Ira Cohen", "Schwab", "Joint brokerage", "Miranda", "Crypto 5290", "E*TRADE -3529", "Fidelity 4571"]
)
def test_an_account_that_is_only_called_nearly_so(tmp_path: Path, name: str) -> None:
    assert asked(loaded(tmp_path, whole=TAXPAYER + f'[[accounts]]\nname = "{name}"\nlots = "lots.csv"\n')) == []


@pytest.mark.parametrize(
    ("toml", "code"),
    [
        ("[assumptions]\nfuture_rate = 0.5\n", "rate_high"),
        ("[assumptions]\ndiscount_rate = 0.5\n", "rate_high"),
        ("[assumptions.round_trip_cost]\nstock = 0.5\n", "rate_high"),
    ],
)
def test_a_rate_higher_than_any(tmp_path: Path, toml: str, code: str) -> None:
    (caution,) = asked(loaded(tmp_path, toml=toml))
    assert caution.code == code
    assert "50 percent" in caution.text


def test_a_state_rate_of_a_half_and_an_income_of_140(tmp_path: Path) -> None:
    whole = TAXPAYER.replace("140_000", "140") + "state_rate = 0.5\n" + ACCOUNT + 'lots = "lots.csv"\n'
    assert [caution.code for caution in asked(loaded(tmp_path, whole=whole))] == ["income_small", "rate_high"]
    confirmed = "[confirm]\nincome_small = true\nrate_high = [\"state_rate\"]\n"  # fmt: skip
    assert asked(loaded(tmp_path, whole=whole + confirmed)) == []


@pytest.mark.parametrize("stated", ["long_term = 1_940", "long_term = 1940.40", "short_term = 5\nlong_term = 1939.50"])
def test_realized_gains_given_twice(tmp_path: Path, stated: str) -> None:
    (caution,) = asked(loaded(tmp_path, toml=f"[realized]\n{stated}\n", realized=REALIZED))
    assert caution.code == "realized_twice"
    assert asked(loaded(tmp_path, toml="[realized]\nlong_term = 2_500\n", realized=REALIZED)) == []


def test_realized_gains_that_a_history_has_too(tmp_path: Path) -> None:
    history = "date,action,symbol,quantity,amount\n2025-01-07,buy,INTC,100,2010\n2026-05-19,sell,INTC,100,3950\n"
    whole = TAXPAYER + ACCOUNT + 'transactions = "transactions.csv"\n[realized]\nlong_term = 1_940\n'
    (caution,) = asked(loaded(tmp_path, whole=whole, transactions=history))
    assert caution.code == "realized_twice"


def test_a_lots_file_with_a_header_only(tmp_path: Path) -> None:
    (caution,) = asked(loaded(tmp_path, HEADER))
    assert (caution.code, "lots.csv" in caution.text) == ("no_rows", True)


def test_an_answer_to_no_question_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean `zero_price`"):
        loaded(tmp_path, toml="[confirm]\nzero_prices = true\n")


# --- what no plan is made of ---


@pytest.mark.parametrize(
    ("lots", "where"),
    [
        ("VTI,1,2025-03-04,1e12,250\n", "lots.csv:2: `basis`"),
        ("VTI,1,2025-03-04,300,1000000000000\n", "lots.csv:2: `price`"),
        ("SHIB,2e13,2025-03-04,300,0.1\n", "lots.csv:2: the lots' value is $2,000,000,000,000"),
        ("VTI,1,2025-03-04,6e11,250\nVTI,1,2025-03-05,5e11,250\n", "lots.csv:2: the lots' basis is"),
    ],
)
def test_a_trillion_dollars_is_refused_with_its_place(tmp_path: Path, lots: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, HEADER + lots)
    (problem,) = caught.value.problems
    assert f"{problem.where}: {problem.what}".startswith(where)
    assert problem.remedy


def test_a_trillion_units_of_a_coin_are_honest(tmp_path: Path) -> None:
    assert loaded(tmp_path, HEADER + "SHIB,2e12,2025-03-04,30000,0.00001\n").holdings


def test_sales_of_a_trillion_are_refused(tmp_path: Path) -> None:
    for row in ("INTC,1,2025-01-07,2026-05-19,1.1e14,2010", "INTC,1,2025-01-07,2026-05-19,2010,1e12"):
        with pytest.raises(InputError, match=r"realized\.csv:2: .*trillion"):
            loaded(tmp_path, realized=f"{REALIZED.splitlines()[0]}\n{row}\n")
