"""Robinhood, M1, TD Ameritrade, J.P. Morgan, and tables of any broker: what people do to such files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

ACTIVITY = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"\n'
)


def activity(code: str, instrument: str, description: str, units: str, amount: str, day: str = "11/12/2026") -> str:
    return f'"{day}","{day}","{day}","{instrument}","{description}","{code}","{units}","$1.00","{amount}"\n'


def test_robinhood_names_an_option_only_in_its_description(load):
    rows = activity("BTO", "SPY", "SPY 12/18/2026 Call $500.00", "2S", "($840.00)")
    (bought,) = load(transactions=ACTIVITY + rows).transactions
    assert (bought.action, bought.symbol, bought.quantity) == ("buy", "SPY 12/18/2026 500.00 CALL", Decimal(2))


@pytest.mark.parametrize(("code", "action"), [("STO", "write"), ("BTC", "close"), ("OASGN", "assign")])
def test_robinhoods_written_options_are_followed(load, code, action):
    case = load(transactions=ACTIVITY + activity(code, "SPY", "SPY 12/18/2026 Call $500.00", "1", "$90.00"))
    assert [row.action for row in case.transactions] == [action]


def test_a_code_of_robinhoods_that_nobody_has_told_us_of_is_said(load):
    case = load(transactions=ACTIVITY + activity("ZZZ", "SPY", "a mystery", "", "$90.00"))
    assert "action_unknown" in [caution.code for caution in case.cautions]


def test_m1_closed_lots_among_open_ones_are_read_where_they_belong(load, fixtures):
    open_lots = (fixtures / "m1_open_tax_lots.csv").read_text()
    closed = (fixtures / "m1_closed_tax_lots.csv").read_text().splitlines()[-1]
    both = open_lots + closed + "\n"
    case = load(lots=both, realized=both)
    assert (len(case.holdings), len(case.realized)) == (3, 1)
    assert case.realized[0].recognized_gain == Decimal("-38.15")


def test_a_tdameritrade_total_that_differs_is_cautioned_about(load, fixtures):
    text = (fixtures / "tda_gain_loss.csv").read_text().replace('"3,929.30 "', '"3,929.99 "')
    assert "total_differs" in [caution.code for caution in load(realized=text).cautions]


def test_jpmorgan_positions_have_no_day(load, fixtures):
    text = (fixtures / "jpmorgan_holdings.csv").read_text().replace("03/04/2026", "").replace("10/21/2022", "")
    assert load(lots=text).files[0].kind == "positions"


# --- tables of any broker ---


@pytest.mark.parametrize(
    "header",
    [
        "Ticker,Shares,Purchase Date,Total cost,Current Value",
        "SYMBOL, Qty ,date acquired,COST BASIS TOTAL,Market Value",
    ],
)
def test_a_table_whose_names_can_be_understood_is_read(load, header):
    (held,) = load(lots=f'{header}\nVTI,4,3/2/2026,"1,300.00",1210\n').holdings
    assert (held.lot.acquired, held.lot.basis, held.price) == (date(2026, 3, 2), Decimal(1300), Decimal("302.5"))


@pytest.mark.parametrize("per_unit", ["Price Paid", "Unit Cost", "Cost/Share", "Cost per share", "Average Cost Basis"])
def test_a_cost_per_unit_is_never_a_basis(refused, per_unit):
    (said,) = refused(lots=f"Ticker,Shares,Purchase Date,{per_unit}\nVTI,4,3/2/2026,325\n")
    assert "no known layout has this header" in said


def test_two_columns_that_could_be_the_basis_are_refused(refused):
    (said,) = refused(lots="Ticker,Shares,Purchase Date,Cost Basis,Adjusted Cost Basis\nVTI,4,3/2/2026,1300,1310\n")
    assert "could both be meant" in said


FORM = (
    "Description of Property,Date Acquired,Date Sold,Proceeds,Cost or Other Basis,Adjustment Code,Adjustment Amount\n"
)


@pytest.mark.parametrize(
    ("description", "units", "symbol"),
    [
        ("100 sh EXAMPLE INC", "100", "EXAMPLE INC"),
        ("1,250.5 shares of VTI", "1250.5", "VTI"),
        ("0.5 BTC", "0.5", "BTC"),
    ],
)
def test_the_units_stand_in_the_description_of_form_8949(load, description, units, symbol):
    row = f'"{description}",12/01/2025,11/20/2026,72,80,W,3.00\n'
    (sold,) = load(realized=FORM + row).realized
    assert (sold.quantity, sold.symbol, sold.disallowed_loss) == (Decimal(units), symbol, Decimal(3))


def test_another_adjustment_than_a_wash_sale_is_said(load):
    case = load(realized=FORM + "5 sh EXAMPLE,12/01/2025,11/20/2026,72,80,B,3.00\n")
    assert case.realized[0].disallowed_loss == 0
    assert "adjustment_left_out" in [caution.code for caution in case.cautions]
