"""Schwab's lot details: what people do to such files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"

TITLE = (
    '"{} Lot Details for  ...412 as of 10:48 AM ET, 12/07/2026","","","","","","","",""\n"","","","","","","","",""\n'
)
HEADER = (
    '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Gain/Loss ($)","Gain/Loss (%)",'
    '"Holding Period"\n'
)


def section(symbol: str, *rows: str) -> str:
    return TITLE.format(symbol) + HEADER + "".join(row + "\n" for row in rows)


def lot(day: str, quantity: str, price: str, value: str, basis: str) -> str:
    return f'"{day}","{quantity}","${price}","--","{value}","{basis}","--","--","Short Term"'


def total(quantity: str, value: str, basis: str) -> str:
    return f'"Total","{quantity}","--","--","{value}","{basis}","--","--","--"'


def test_an_adjusted_lot_has_its_real_purchase_date_and_its_tacked_holding_period(load):
    adjusted, plain = load(lots=(FIXTURES / "schwab_lot_details_extended.csv").read_bytes()).holdings
    assert (adjusted.lot.acquired, adjusted.lot.holding_since) == (date(2026, 3, 2), date(2026, 2, 3))
    assert (adjusted.purchased, adjusted.lot.basis) == (date(2026, 3, 2), Decimal("3190.45"))
    assert (plain.lot.acquired, plain.lot.holding_since, plain.purchased) == (date(2026, 4, 14), None, None)


def test_downloads_put_one_after_another_are_read_section_by_section(load):
    standard = (FIXTURES / "schwab_lot_details.csv").read_text()
    extended = (FIXTURES / "schwab_lot_details_extended.csv").read_text()
    case = load(lots=standard + extended + section("VTI", lot("11/16/2026", "1", "5", "$5", "$6")))
    assert [holding.lot.symbol for holding in case.holdings] == ["QQQ", "QQQ", "VTI", "VXUS", "VXUS", "VXUS"]
    assert case.holdings[0].lot.holding_since == date(2026, 2, 3)
    assert [row.line for row in case.files[0].skipped] == [7, 13]
    assert case.files[0].layout == "schwab_lot_details_extended"


def test_a_total_that_agrees_is_said_to(load):
    (file,) = load(lots=(FIXTURES / "schwab_lot_details.csv").read_bytes()).files
    assert [(row.line, row.why) for row in file.skipped] == [(7, "total row, agrees with the rows above")]
    assert [(check.what, check.stated, check.agrees) for check in file.checks] == [
        ("total quantity of VXUS", Decimal("75.5"), True),
        ("total basis of VXUS", Decimal("5353.05"), True),
        ("total market value of VXUS", Decimal("5363.52"), True),
    ]


def test_a_total_that_differs_is_cautioned_about(load):
    rows = [
        lot("11/16/2026", "1", "5", "$5", "$6"),
        lot("11/17/2026", "1", "5", "$5", "$6"),
        total("2", "$10", "$12.03"),
    ]
    case = load(lots=section("VTI", *rows))
    assert [caution.code for caution in case.cautions] == ["total_differs"]
    assert case.cautions[0].text.startswith("lots.csv:6: the file states a total basis of VTI of 12.03")
    assert case.files[0].skipped[0].why == "total row, differs from the rows above"
    assert load(lots=section("VTI", *rows[:2], total("2", "$10", "$12.02"))).cautions == ()  # a cent a row


def test_an_unknown_basis_stays_unknown_and_no_total_is_compared_with_it(load):
    case = load(lots=section("VTI", lot("11/16/2026", "1", "5", "$5", "--"), total("1", "$5", "$7")))
    assert (case.holdings[0].lot.basis, case.cautions) == (None, ())


@pytest.mark.parametrize("unknown", ["--", "N/A", "Missing", "Incomplete", ""])
def test_what_the_broker_does_not_know_reads_as_none(load, unknown):
    row = f'"{unknown}","1","{unknown}","--","{unknown}","{unknown}","--","--","--"'
    (holding,) = load(lots=section("VTI", row)).holdings
    assert (holding.lot.acquired, holding.lot.basis, holding.price) == (None, None, None)


def test_options_are_priced_by_the_contract_and_written_ones_skipped(load):
    put = "SPY 01/15/2027 600.00 P"
    case = load(
        lots=section(
            put, lot("11/16/2026", "2", "3.10", "$620", "$900"), lot("11/16/2026", "-1", "3.1", "-$310", "-$250")
        )
    )
    (holding,) = case.holdings
    assert (holding.lot.symbol, holding.lot.asset_class, holding.price) == (put, "option", 310)
    assert [(row.line, row.why) for row in case.files[0].skipped] == [
        (5, "short sales and written options are not covered")
    ]
    unvalued = load(lots=section(put, lot("11/16/2026", "2", "3.10", "--", "$900")))
    assert unvalued.holdings[0].price == 310


def test_a_bond_is_priced_by_its_stated_value(load):
    (holding,) = load(lots=section("912828ZZ9", lot("11/16/2026", "10000", "98.50", "$9,850", "$10,000"))).holdings
    assert holding.price == Decimal("0.985")


def test_letters_shared_with_a_coin_are_a_security_here(load):
    case = load(lots=section("BTC", lot("11/16/2026", "1", "5", "$5", "$6")))
    assert (case.holdings[0].lot.asset_class, case.cautions) == ("etf", ())


def test_a_file_saved_again_by_a_spreadsheet(load):
    text = (
        '"VTI Lot Details for  ...412 as of 10:48 AM ET, 12/07/2026",,,,,,,,\r\n,,,,,,,,\r\n'
        "Open Date,Quantity,Price,Cost/Share,Market Value,Cost Basis,Gain/Loss ($),Gain/Loss (%),Holding Period\r\n"
        '3/2/2026,10,$71.04,$74.21,$710.40 ,"$1,742.10 ",($31.70),-4.27%,Short Term\r\n'
    )
    (holding,) = load(lots=text).holdings
    assert (holding.lot.acquired, holding.lot.basis) == (date(2026, 3, 2), Decimal("1742.10"))


def test_a_section_without_its_title_is_refused(refused):
    (said,) = refused(lots=HEADER + lot("11/16/2026", "1", "5", "$5", "$6") + "\n")
    assert said.startswith("lots.csv:1: these lots have no title line")


def test_the_same_download_twice_is_refused(refused):
    once = section("VTI", lot("11/16/2026", "1", "5", "$5", "$6"))
    (said,) = refused(lots=once + once)
    assert said == "lots.csv:5: VTI in account ...412 is here and in lots.csv:1"


def test_lots_of_several_accounts_in_one_file_are_cautioned_about(load):
    row = lot("11/16/2026", "1", "5", "$5", "$6")
    case = load(lots=section("VTI", row) + section("VTI", row).replace("...412", "...819"))
    assert [caution.code for caution in case.cautions] == ["accounts_mixed"]
    assert len(case.holdings) == 2  # identical lots are real


@pytest.mark.parametrize(
    ("shown", "code"), [("12/01/2026", []), ("11/30/2026", ["stale_prices"]), ("12/09/2026", ["prices_later"])]
)
def test_prices_of_another_day_are_cautioned_about(load, shown, code):
    text = section("VTI", lot("11/16/2026", "1", "5", "$5", "$6")).replace("12/07/2026", shown)
    assert [caution.code for caution in load(lots=text).cautions] == code


def test_the_name_of_the_file_says_nothing(load, tmp_path):
    (tmp_path / "transactions-2020.txt").write_text(section("VTI", lot("11/16/2026", "1", "5", "$5", "$6")))
    case = load(toml='[[accounts]]\nname = "A"\nlots = "transactions-2020.txt"\n')
    assert case.files[0].layout == "schwab_lot_details"
