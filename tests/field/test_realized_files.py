"""Realized files whose basis or term is not known: the sale is listed, and counts in no sum until the household "
"says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from field_answers import CASES, answer, cautions, told
from typer.testing import CliRunner

from planner import cli

DAYS = {"604-robinhood-1099b-in-year": "2025-12-31", "610-robinhood-1099-and-history": "2025-12-31"}


def check(name: str) -> dict[str, object]:
    return answer("check", name, DAYS.get(name, "2026-12-31"))


@pytest.mark.parametrize(
    ("name", "short", "long", "left_out"),
    [
        ("601-fidelity-unknown-basis", -179.40, 160.00, 1),
        ("604-robinhood-1099b-in-year", -430.00, 0.00, 1),
        ("605-coinbase-unknown-basis", 0.00, 900.00, 2),
        ("606-form-8949-various", -1850.00, 1400.00, 0),
    ],
)
def test_what_counts(name: str, short: float, long: float, left_out: int) -> None:
    totals = check(name)["totals"]
    assert (totals["realized_short_term"], totals["realized_long_term"]) == (short, long)
    assert totals["sales_not_counted"] == left_out


def test_every_sale_is_listed_with_what_is_known_of_it() -> None:
    rows = {row["symbol"]: row for row in check("601-fidelity-unknown-basis")["realized"]}
    assert (rows["FXAIX"]["basis"], rows["FXAIX"]["character"], rows["FXAIX"]["proceeds"]) == (None, None, 2210.75)
    assert (rows["SCHD"]["basis"], rows["SCHD"]["character"], rows["SCHD"]["acquired"]) == (900, "long", None)
    rows = {row["symbol"]: row for row in check("605-coinbase-unknown-basis")["realized"]}
    assert (rows["SOL"]["basis"], rows["SOL"]["character"]) == (520, None)


@pytest.mark.parametrize(
    ("name", "places", "box"),
    [
        ("601-fidelity-unknown-basis", ["Realized_Gain_Loss.csv:3"], "box B or E"),
        ("604-robinhood-1099b-in-year", ["1099.csv:4"], "box E"),
        ("605-coinbase-unknown-basis", ["gain_loss.csv:8", "gain_loss.csv:9"], "box H or K"),
    ],
)
def test_a_sale_not_counted_is_named_with_line_box_and_remedy(name: str, places: list[str], box: str) -> None:
    said = [c["text"] for c in check(name)["cautions"] if c["code"] == "sale_not_counted"]
    assert [text.partition(": ")[0] for text in said] == places
    assert all(box in text and "[[basis]]" in text for text in said)


@pytest.mark.parametrize(
    "name", ["601-fidelity-unknown-basis", "604-robinhood-1099b-in-year", "605-coinbase-unknown-basis"]
)
def test_a_plan_says_and_counts_a_sale_not_counted_once(name: str) -> None:
    said = [c["text"] for c in answer("plan", name, DAYS.get(name, "2026-12-31"))["cautions"]]
    assert sorted(said) == sorted(set(said))


@pytest.mark.parametrize(
    ("name", "entry", "total"),
    [
        (
            "601-fidelity-unknown-basis",
            'symbol = "FXAIX"\nsold = 2026-07-15\nbasis = 2_000\nacquired = 2025-01-06\n',
            370.75,
        ),
        ("605-coinbase-unknown-basis", 'symbol = "SOL"\nsold = 2026-11-04\nbasis = 520\nacquired = 2024-01-06\n', 990),
    ],
)
def test_the_remedy_lifts_it(tmp_path: Path, name: str, entry: str, total: float) -> None:
    for file in (CASES / name).iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "household.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[basis]]\n{entry}")
    assert told("check", tmp_path, "2026-12-31")["totals"]["realized_long_term"] == total


def test_a_basis_of_what_no_file_has_is_refused(tmp_path: Path) -> None:
    for file in (CASES / "601-fidelity-unknown-basis").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "household.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[basis]]\nsymbol = "FXAIX"\nsold = 2026-07-16\nbasis = 1\n')
    with pytest.raises(AssertionError, match="no units of FXAIX were sold on 2026-07-16"):
        told("check", tmp_path, "2026-12-31")


def test_boxes_tell_the_term_and_the_digital_asset() -> None:
    """Case 606: A, B, C, G, H, I are Part I of Form 8949, the others Part II; G to L are digital assets."""
    rows = {row["symbol"]: row for row in check("606-form-8949-various")["realized"]}
    assert {symbol: row["character"] for symbol, row in rows.items()} == {
        "VTI": "long",
        "AMD": "short",
        "ETH": "long",
        "BTC": "short",
    }


def test_a_1099_and_a_history_count_once() -> None:
    """Case 610: a description that fits a history's sale by day, quantity and proceeds is that sale."""
    name = "610-robinhood-1099-and-history"
    assert answer("plan", name, "2025-12-31")["baseline"]["net_short_term"] == -430
    assert [sale["quantity"] for sale in answer("windows", name, "2025-12-31")["sales"]] == [30, 2]
    assert "realized_differs" not in cautions(answer("plan", name, "2025-12-31"))


def test_what_has_no_ticker_is_said_so_and_an_option_is_one() -> None:
    document = check("604-robinhood-1099b-in-year")
    assert "ticker_missing" in cautions(document)
    assert "asset_class_assumed" not in cautions(document)
    assert "AMD 01/16/2026 180.00 CALL" in {row["symbol"] for row in document["realized"]}


def test_a_tacked_start_is_in_the_ledger_too() -> None:
    """Case 613: § 1223(3)."""
    (lot,) = answer("windows", "613-tacked-holding-period", "2026-12-14")["lots"]
    assert (lot["acquired"], lot["holding_since"]) == ("2026-10-05", "2025-08-03")


def test_units_that_came_without_a_price_get_theirs(tmp_path: Path) -> None:
    """Case 09's remedy: the free share's value on the day it came was its basis."""
    for file in (CASES / "09-robinhood-free-share-blocks-plan").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with (tmp_path / "household.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[basis]]\nsymbol = "SIRI"\nreceived = 2026-01-05\nbasis = 20\n')
    assert [(s["symbol"], s["gain_before_wash"]) for s in told("windows", tmp_path)["sales"]] == [("SIRI", 1)]


def test_a_sale_not_counted_is_on_form_8949_with_an_empty_gain(tmp_path: Path) -> None:
    """Form 8949 for sales whose basis was not reported: boxes B, E, H, K; the taxpayer completes column (e)."""
    target = tmp_path / "form.csv"
    arguments = ["export", str(CASES / "601-fidelity-unknown-basis"), "form-8949", "--output", str(target)]
    ran = CliRunner().invoke(cli.app, [*arguments, "--as-of", "2026-12-31"])
    assert ran.exit_code == 0, ran.output
    rows = {row["a_description"]: row for row in csv.DictReader(target.read_text("utf-8").splitlines())}
    row = rows["9.5 sh FXAIX"]
    assert (row["box"], row["d_proceeds"], row["e_basis"], row["h_gain"], row["status"]) == (
        "B or E",
        "2210.75",
        "",
        "",
        "not counted",
    )


@pytest.mark.parametrize("rows", [1, 2])
def test_a_description_on_form_8949_is_the_historys_sale(tmp_path: Path, rows: int) -> None:
    """`30 sh FORD MOTOR CO` beside a history of F; and the same in two rows of the form."""
    toml = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
    toml += '[[accounts]]\nname = "B"\ntransactions = "h.csv"\nrealized = "f.csv"\n'
    (tmp_path / "household.toml").write_text(toml, "utf-8")
    history = "date,action,symbol,quantity,amount\n2026-02-02,buy,F,30,900\n2026-02-02,buy,GM,30,900\n"
    (tmp_path / "h.csv").write_text(history + "2026-06-03,sell,F,30,700\n2026-06-03,sell,GM,30,990\n", "utf-8")
    header = "Description of Property,Date Acquired,Date Sold,Proceeds,Cost or Other Basis,Adjustment Code,"
    form = header + "Adjustment Amount,Gain or Loss,Box\n"
    for _ in range(rows):
        form += f'{30 // rows} sh FORD MOTOR CO,02/02/2026,06/03/2026,"{700 // rows}.00","{900 // rows}.00",,,,A\n'
    (tmp_path / "f.csv").write_text(form, "utf-8")
    document = told("plan", tmp_path)
    assert document["baseline"]["net_short_term"] == -200 + 90
    assert sorted(sale["symbol"] for sale in told("windows", tmp_path)["sales"]) == ["F", "GM"]


def test_a_description_that_fits_nothing_is_said_to_lack_its_ticker(tmp_path: Path) -> None:
    toml = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
    (tmp_path / "household.toml").write_text(toml + '[[accounts]]\nname = "B"\nrealized = "f.csv"\n', "utf-8")
    header = "Description of Property,Date Acquired,Date Sold,Proceeds,Cost or Other Basis,Adjustment Code,"
    form = header + "Adjustment Amount,Gain or Loss,Box\n30 sh FORD MOTOR CO,02/02/2026,06/03/2026,700,900,,,,A\n"
    (tmp_path / "f.csv").write_text(form, "utf-8")
    said = cautions(told("check", tmp_path))
    assert "ticker_missing" in said
    assert "asset_class_assumed" not in said


def test_a_total_is_compared_with_what_it_is_the_total_of() -> None:
    """Case 607: units of several symbols have no sum, and a customized view leaves the cost in another cell."""
    document = answer("check", "607-etrade-total-row", "2026-12-31")
    assert "total_differs" not in cautions(document)
    totals = document["totals"]
    assert (totals["market_value"], totals["basis"], totals["unrealized_gain"]) == (12600, 12400, 200)


@pytest.mark.parametrize("keys", ['lots = "l.csv"\n', ""], ids=["lots listed", "history alone"])
def test_a_sale_of_unknown_basis_in_two_files_is_left_out_once(tmp_path: Path, keys: str) -> None:
    history = "date,action,symbol,quantity,amount\n2026-02-02,buy,AA,1,10\n2026-07-15,sell,ZZ,9.5,2210.75\n"
    closed = "Symbol(CUSIP),Security Description,Quantity,Date Acquired,Date Sold,Proceeds,Cost Basis,"
    closed += "Short Term Gain/Loss,Long Term Gain/Loss\nZZ(315911750),Z,9.5,--,07/15/2026,$2210.75,--,--,--\n"
    lots = "symbol,quantity,acquired,basis,price\nAA,1,2026-02-02,10,9\n"
    for name, text in (("h", history), ("c", closed), ("l", lots)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    toml = (
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n[[accounts]]\nname = "A"\n'
    )
    (tmp_path / "household.toml").write_text(f'{toml}{keys}transactions = "h.csv"\nrealized = "c.csv"\n', "utf-8")
    said = [c["code"] for c in told("windows", tmp_path)["cautions"]]
    assert [code for code in said if code.startswith(("sale_not", "history_not"))] == ["sale_not_counted"]
