"""What brokers' files do that their fixtures do not show: each oddity that people have met, by broker."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> str:
    return (FIXTURES / name).read_text("utf-8-sig")


def said(case, code: str) -> str:
    (caution,) = [caution for caution in case.cautions if caution.code == code]
    return caution.text


# --- any broker ------------------------------------------------------------------------------------------------

BROKERS = [
    ("lots", "merrill_unrealized.csv"),
    ("lots", "vanguard_unrealized.csv"),
    ("lots", "fidelity_lots_table.csv"),
    ("lots", "etrade_portfolio_lots.csv"),
    ("transactions", "fidelity_history.csv"),
    ("transactions", "schwab_transactions.csv"),
    ("realized", "schwab_realized_lots.csv"),
]


def figures(case) -> list[object]:
    return [
        *((lot.lot.symbol, lot.lot.quantity, lot.lot.acquired, lot.lot.basis, lot.price) for lot in case.holdings),
        *((row.symbol, row.date, row.action, row.quantity, row.amount, row.fees) for row in case.transactions),
        *((row.symbol, row.sold, row.acquired, row.quantity, row.proceeds, row.basis) for row in case.realized),
    ]


@pytest.mark.parametrize(("key", "name"), BROKERS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_mark_utf_16_and_the_line_ends_of_windows_change_nothing(load, key, name, encoding):
    text = fixture(name)
    as_it_came = figures(load(**{key: text}))
    changed = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(encoding)
    assert figures(load(**{key: changed})) == as_it_came


def spreadsheet(text: str, header: str) -> str:
    """What a spreadsheet makes of a table that it reverses the columns of, and saves with tabs and spaces behind."""
    import csv
    import io

    rows = list(csv.reader(io.StringIO(text)))
    top = next(n for n, cells in enumerate(rows) if header in [cell.strip() for cell in cells])
    width = len(rows[top])
    turned = [[f"{cell} " for cell in reversed((cells + [""] * width)[:width])] for cells in rows[top:]]
    return "\n".join("\t".join(cells) for cells in [*rows[:top], *turned])


@pytest.mark.parametrize(
    ("key", "name", "header"),
    [
        ("lots", "merrill_unrealized.csv", "COB Date"),
        ("lots", "vanguard_unrealized.csv", "Acquired date"),
        ("lots", "etrade_stockplan_sellable.csv", "Sellable Qty."),
        ("transactions", "merrill_activity.csv", "Trade Date"),
        ("transactions", "etrade_txn_history.csv", "Activity Type"),
        ("realized", "fidelity_closed_lots.csv", "Date Sold"),
    ],
)
def test_columns_in_another_order_change_nothing(load, key, name, header):
    text = fixture(name)
    assert figures(load(**{key: spreadsheet(text, header)})) == figures(load(**{key: text}))


def test_a_column_that_is_gone_is_named(refused):
    text = fixture("merrill_unrealized.csv").replace('"Quantity"', '"Units"')
    (why,) = refused(lots=text)
    assert why == "lots.csv:1: this table has no column `Quantity`, which such a download always has"


def test_another_currency_is_refused(refused):
    (why,) = refused(transactions=fixture("fidelity_history_18col.csv").replace('"",USD,351.20', '"",CAD,351.20'))
    assert why == "transactions.csv:2: `Currency` is CAD: only dollars are read, and nothing is converted"


@pytest.mark.parametrize("unknown", ["--", "N/A", "", "Missing", "not applicable"])
def test_what_a_broker_does_not_know_is_not_zero(load, unknown):
    case = load(lots=fixture("vanguard_unrealized.csv").replace('"6812.40"', f'"{unknown}"'))
    assert [holding.lot.basis for holding in case.holdings] == [Decimal("1301.20"), None, Decimal("2510.16")]


# --- Charles Schwab --------------------------------------------------------------------------------------------


def test_schwab_all_accounts_repeat_the_header_below_each_account(load):
    title, blank, *rows = fixture("schwab_positions.csv").splitlines()
    text = "\n".join(
        [
            title.replace("account Individual ...412", "CUSTACCS"),
            blank,
            '"Individual ...412"',
            *rows[:3],
            rows[-1],
            "",
            '"Roth IRA ...819"',
            rows[0],
            rows[2].replace("60", "5"),
            rows[-1],
        ]
    )
    accounts = "".join(
        f'[[accounts]]\nname = "{name}"\nnumbers = "{number}"\nlots = "lots.csv"\n'
        for name, number in (("Taxable", "412"), ("Roth", "...819"))
    )
    case = load(toml=accounts, lots=text)
    held = [(holding.lot.account, holding.lot.symbol) for holding in case.holdings]
    assert held == [("Roth", "NKE"), ("Taxable", "NKE"), ("Taxable", "VXUS")]
    assert case.files[0].as_of == date(2026, 12, 7)


def test_schwab_older_names_of_columns(load):
    text = fixture("schwab_positions.csv").replace("Qty (Quantity)", "Quantity")
    text = text.replace("Mkt Val (Market Value)", "Market Value").replace("Asset Type", "Security Type")
    assert figures(load(lots=text)) == figures(load(lots=fixture("schwab_positions.csv")))
    older = (
        '"Symbol","Closed Date","Opened Date","Quantity","Proceeds/Share","Total Proceeds","Cost Basis","LT Gain/Loss",'
        '"Term"\n'
        '"VEA","11/18/2026","Various","120","$47.60","$5,712.34","$6,340.80","-$628.46","Long Term"\n'
    )
    (sold,) = load(realized=older).realized
    assert (sold.proceeds, sold.basis, sold.acquired, sold.character) == (
        Decimal("5712.34"),
        Decimal("6340.80"),
        None,
        "long",
    )


def test_schwab_prints_a_disallowed_loss_with_either_sign(load):
    text = fixture("schwab_realized_lots.csv").replace('"$51.56"', '"-$51.56"')
    assert sum(sold.disallowed_loss for sold in load(realized=text).realized) == Decimal("51.56")


SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'


@pytest.mark.parametrize(
    ("row", "action", "symbol", "quantity", "amount"),
    [
        ('"04/17/2026 as of 04/15/2026","Sell","VTI","V","-3","$5","","$15"', "sell", "VTI", "3", "15"),
        ('"04/17/2026","Stock Split","VTI","V","30","","",""', "split", "VTI", "30", "0"),
        ('"04/17/2026","Reverse Split","VTI","V","-27","","",""', "split", "VTI", "-27", "0"),
        ('"04/17/2026","Journaled Shares","VTI","V","-9","","",""', "transfer_out", "VTI", "9", "0"),
        ('"04/17/2026","Security Transfer","VTI","V","9","","",""', "transfer_in", "VTI", "9", "0"),
        ('"04/17/2026","Wire Sent","","W","","","","-$500.00"', "withdrawal", "", "0", "500"),
        ('"04/17/2026","Foreign Tax Paid","VXUS","V","","","","-$1.10"', "fee", "VXUS", "0", "1.10"),
    ],
)
def test_schwab_words_and_signs(load, row, action, symbol, quantity, amount):
    case = load(transactions=SCHWAB + row + "\n" + '"01/05/2026","Buy","VTI","V","50","$4","","-$200"\n')
    found = case.transactions[-1]
    assert (found.action, found.symbol, found.quantity, found.amount) == (
        action,
        symbol,
        Decimal(quantity),
        Decimal(amount),
    )
    assert found.date == date(2026, 4, 15 if "as of" in row else 17)


def test_schwab_a_sale_of_unknown_basis_is_listed_and_not_counted_as_all_gain(load):
    case = load(realized=fixture("schwab_realized_lots.csv").replace('"$6,340.80","-$628.46"', '"--","N/A"', 1))
    (sale,) = case.uncounted
    assert (sale.where, sale.basis) == ("realized.csv:3", None)
    assert said(case, "sale_not_counted").startswith("realized.csv:3: ")


def test_schwab_words_that_are_not_followed_are_said(load):
    case = load(transactions=SCHWAB + '"04/17/2026","Zorb Merger","ABC","A","-9","","",""\n')
    (row,) = case.transactions
    assert (row.action, row.symbol, row.quantity, row.said) == ("unexplained", "ABC", 9, "Zorb Merger")
    assert said(case, "action_unknown").startswith("transactions.csv: `Zorb Merger` is not recognized")


def test_a_word_no_one_knows_that_moves_no_units_moves_nothing(load):
    (row,) = load(transactions=SCHWAB + '"04/17/2026","Zorb","ABC","A","","","","$9"\n').transactions
    assert row.action == "other"


def test_a_written_option_is_read_and_a_short_sale_is_skipped_with_its_line(load):
    text = SCHWAB + '"04/17/2026","Sell to Open","SPY 01/15/2027 600.00 C","C","1","$5","","$500"\n'
    text += '"04/17/2026","Sell Short","ABC","A","1","$5","","$5"\n'
    case = load(transactions=text)
    assert [row.action for row in case.transactions] == ["write"]
    assert [(row.line, row.why) for row in case.files[0].skipped] == [
        (3, "short sales and written options are not covered")
    ]
    assert "transactions.csv:3: short sales and written options are not covered (L-07): 1 row is not read" in said(
        case, "short_sales"
    )


def test_a_short_sale_that_is_covered_is_no_purchase_and_is_cautioned_about(load):
    """Units bought to cover replace nothing that is held; the loss on them is outside, and said to be."""
    text = SCHWAB + (
        '"11/20/2026","Buy to Cover","XYZ","XYZ CORP","100","$120","","-$12,000"\n'
        '"11/02/2026","Sell Short","XYZ","XYZ CORP","100","$100","","$10,000"\n'
    )
    case = load(transactions=text)
    assert case.transactions == ()
    assert "2 rows are not read" in said(case, "short_sales")
    assert "action_unknown" not in [caution.code for caution in case.cautions]


def test_schwab_json_is_proved_by_its_totals(load):
    document = json.loads(fixture("schwab_transactions.json"))
    document["BrokerageTransactions"][3]["Amount"] = "$7,150.42"
    case = load(transactions=json.dumps(document))
    assert "total amount of 8,899.44 and its rows sum to 8,909.44" in said(case, "total_differs")


def test_schwab_json_without_rows_is_cautioned_about(load):
    document = {**json.loads(fixture("schwab_transactions.json")), "BrokerageTransactions": []}
    case = load(transactions=json.dumps(document))
    assert case.transactions == ()
    assert "lists no transactions" in said(case, "empty_download")


@pytest.mark.parametrize(
    "text",
    [
        '{"BrokerageTransactions": [',
        '{"BrokerageTransactions": 5}',
        '{"BrokerageTransactions": [5]}',
        '{"x": {"BrokerageTransactions": [1]}, "Brokerage\\u0054ransactions": [{}]}',
        '{"x": "\\"BrokerageTransactions\\": [", "BrokerageTransactions": [{"Date": "x"}]}',
        '{"BrokerageTransactions": ' + "[" * 3000,
    ],
)
def test_damaged_json_is_refused(refused, text):
    assert len(refused(transactions=text)) >= 1


# --- Fidelity --------------------------------------------------------------------------------------------------


def test_fidelity_sentence_case_and_a_footer_in_several_cells(load):
    text = fixture("fidelity_positions.csv")
    header, rest = text.split("\n", 1)
    rest = rest.replace('"Date downloaded 12/07/2026 2:26 PM ET"', "Date downloaded Dec-07-2026, at 7:04 p.m ET")
    case = load(lots=header.capitalize() + "\n" + rest)
    assert figures(case) == figures(load(lots=text))
    assert case.files[0].as_of == date(2026, 12, 7)


HISTORY = "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Accrued Interest ($),"
HISTORY += "Amount ($),Cash Balance ($),Settlement Date\n"


@pytest.mark.parametrize(
    ("row", "action", "quantity", "amount", "fees"),
    [
        (" YOU BOUGHT X (VT) (Cash),VT,X,Cash,5,100,1.50,0.25,,-501.75,9,", "buy", "5", "501.75", "1.75"),
        ("REINVESTMENT X as of Nov-24-2026 X (VT) (Cash),VT,X,Cash,1,100,,,,-100,9,", "reinvest", "1", "100", "0"),
        ("DISTRIBUTION X (VT) (Cash),VT,X,Cash,10,,,,,,9,", "split", "10", "0", "0"),
        ("YOU BOUGHT BOND (Cash),412003AD7,X,Cash,55000,90.67,,,285.69,-50151.44,9,", "buy", "55000", "49865.75", "0"),
        ("TRANSFERRED TO VS X1 (Cash), ,No Description,Cash,,,,,,-50,9,", "withdrawal", "0", "50", "0"),
        ("REDEMPTION FROM CORE ACCOUNT X (SPAXX),SPAXX,X,Cash,-50,1,,,,50,9,", "other", "50", "50", "0"),
        ("REDEMPTION PAYOUT X,44244CCF2,X,Cash,-25000,1,,,,25000,9,", "sell", "25000", "25000", "0"),
    ],
)
def test_fidelity_sentences(load, row, action, quantity, amount, fees):
    first = "YOU BOUGHT,44244CCF2,X,Cash,25000,1,,,,-25000,9,\n01/05/2026,YOU BOUGHT,VT,X,Cash,50,1,,,,-50,9,\n"
    case = load(transactions=HISTORY + "12/01/2026," + row + "\n01/05/2026," + first)
    (found,) = [each for each in case.transactions if each.date > date(2026, 1, 5)]
    assert (found.action, found.quantity, found.amount, found.fees) == (
        action,
        Decimal(quantity),
        Decimal(amount),
        Decimal(fees),
    )
    assert found.date == (date(2026, 11, 24) if "as of" in row else date(2026, 12, 1))


@pytest.mark.parametrize(
    ("shifted", "read"),
    [("9,USD,351.20", True), ("351.20,9,USD", True), ("8,USD,351.20", False), ("9,EUR,351.20", False)],
)
def test_fidelity_rows_whose_cells_have_moved_are_put_right_where_the_amount_proves_it(load, refused, shifted, read):
    text = fixture("fidelity_history_18col.csv").replace("USD,351.20,9", shifted)
    if read:
        assert figures(load(transactions=text)) == figures(load(transactions=fixture("fidelity_history_18col.csv")))
    else:
        assert refused(transactions=text)


def test_fidelitys_written_options_are_read(load):
    row = "12/01/2026,YOU SOLD OPENING TRANSACTION CALL (SPY) (Margin), -SPY270115C600,C,Margin,-1,5,,,,500,9,\n"
    assert [row.action for row in load(transactions=HISTORY + row).transactions] == ["write"]


def test_fidelity_closed_bonds_and_options(load):
    text = fixture("fidelity_closed_lots.csv").replace("VTI(922908769)", "undefined(064159SH0)")
    text = text.replace("BND(921937835)", "SPY260918P390(5866779RL)")
    assert {row.symbol for row in load(realized=text).realized} == {"064159SH0", "SPY260918P390"}


def test_a_stock_plans_lots_are_held_back_until_their_ticker_is_said(load, tmp_path):
    (tmp_path / "View open lots.csv").write_text(fixture("fidelity_netbenefits_open_lots.csv"), "utf-8")
    account = '[[accounts]]\nname = "A"\nlots = "View open lots.csv"\n'
    case = load(toml=account)
    assert [holding.unnamed for holding in case.holdings] == [True, True]
    assert '[symbols] "VIEW OPEN LOTS.CSV" = "TICKER"' in said(case, "ticker_missing")
    case = load(toml=account + '[symbols]\n"View open lots.csv" = "msft"\n')
    assert [(holding.lot.symbol, holding.unnamed) for holding in case.holdings] == [("MSFT", False), ("MSFT", False)]
    assert "ticker_missing" not in [caution.code for caution in case.cautions]


def test_a_stock_plan_in_another_currency_is_refused(refused):
    (why,) = refused(lots=fixture("fidelity_netbenefits_open_lots.csv").replace("in USD", "in GBP"))
    assert why == "lots.csv:5: the values are displayed in GBP: only dollars are read, and nothing is converted"


# --- Vanguard --------------------------------------------------------------------------------------------------


def test_vanguard_a_fund_at_average_cost_is_one_row_of_unknown_date(load):
    row = '"61803398","VTSAX","TOTAL STOCK","Various","AvgCost","10.0000","100","1000","1500","100","400","500","",""\n'
    case = load(lots=fixture("vanguard_unrealized.csv") + row)
    (fund,) = [holding for holding in case.holdings if holding.lot.symbol == "VTSAX"]
    assert (fund.lot.acquired, fund.lot.basis, fund.price) == (None, 1000, 150)


def test_vanguard_a_header_with_a_time_in_it_and_rows_without_shares(load):
    moment = "as of 12/04/2026 02:17 PM, ET"
    text = fixture("vanguard_unrealized.csv").replace('"Market value"', f'"Market value {moment}"')
    text = text.replace('"Long term gain loss"', f'"Long term gain loss {moment}"')
    text += '"61803398","VOO","V","02/12/2024","FIFO","0.0000","0","0","0"," - "," - "," - ","Covered","0%"\n'
    case = load(lots=text)
    assert case.files[0].as_of == date(2026, 12, 4)
    assert (len(case.holdings), case.files[0].skipped[-1].why) == (3, "no units are held")


def test_vanguard_sweeps_and_several_accounts(load):
    header = fixture("vanguard_ofxdownload.csv").splitlines()[6].replace("Commission Fees", "Commissions and Fees")
    rows = "1,2026-12-01,2026-12-01,Sweep out,Sweep,VANGUARD MM,,0,1.0,-5,0,-5,0,CASH,\n\n"
    rows += header + "\n2,2026-12-01,2026-12-01,Buy,Buy,V,VTI,1,5,-5,0.5,-5.50,0,CASH,\n"
    case = load(transactions=header + "\n" + rows)
    found = {(row.action, row.amount, row.fees) for row in case.transactions}
    assert found == {("buy", Decimal("5.50"), Decimal("0.5")), ("other", Decimal(5), Decimal(0))}


# --- E*TRADE ---------------------------------------------------------------------------------------------------


def test_etrade_a_portfolio_without_its_lots_says_what_to_do(load):
    case = load(lots=fixture("etrade_collapsed.csv"))
    assert case.files[0].kind == "positions"
    assert "expand the lots on screen, then download again" in said(case, "positions_only")


def test_etrade_one_position_that_was_not_expanded(load):
    text = fixture("etrade_portfolio_lots.csv")
    row = "GIS,48.10,.02,.04,60.0000,55.2000,1.2000,-426.0000,-12.8623,2886.0000\n"
    case = load(lots=text.replace("CASH,", row + "CASH,"))
    assert [(lot.lot.symbol, lot.lot.acquired) for lot in case.holdings if lot.lot.symbol == "GIS"] == [("GIS", None)]
    assert "lots.csv: 1 position has no lots in it" in said(case, "positions_only")


def test_etrade_a_lot_without_its_price_paid_has_no_basis(load):
    text = fixture("etrade_portfolio_lots.csv").replace("22.8150,-1.2000,254.0500", ".0000,-1.2000,4822.0000")
    (lot,) = [holding for holding in load(lots=text).holdings if holding.lot.acquired == date(2024, 10, 4)]
    assert (lot.lot.basis, lot.stated_value) == (None, 4822)


def test_etrade_a_view_without_the_gain_has_no_basis(load):
    case = load(lots=fixture("etrade_portfolio_lots.csv").replace("Total Gain $,Total Gain %,Value $", "A,B,Value $"))
    assert {holding.lot.basis for holding in case.holdings} == {None}


def test_etrade_identical_lots_stay_two(load):
    line = "     01/29/2026,24.11,-0.10,-0.41,150.0000,31.4400,-1.2000,-1099.5000,-23.3142,3616.5000\n"
    case = load(lots=fixture("etrade_portfolio_lots.csv").replace(line, line * 2))
    assert len(case.holdings) == 5


def test_etrade_options(load):
    text = fixture("etrade_portfolio_lots.csv")
    rows = "QQQ Dec 31 '26 $600 Put,3.10,0,0,2,4.50,0,-280,0,620.00\n"
    rows += "     11/16/2026,3.10,0,0,2,4.50,0,-280.00,0,620.00\n"
    (put,) = [
        lot for lot in load(lots=text.replace("CASH,", rows + "CASH,")).holdings if lot.lot.asset_class == "option"
    ]
    assert (put.lot.symbol, put.price, put.lot.basis) == ("QQQ 12/31/2026 600 PUT", 310, 900)


def test_etrade_a_bond_goes_by_its_cusip(load):
    text = fixture("etrade_txn_history.csv").replace("IEFA,46432F842", "--,912828ZZ9")
    assert "912828ZZ9" in {row.symbol for row in load(transactions=text).transactions}


# --- Merrill ---------------------------------------------------------------------------------------------------


def test_merrill_what_is_pending_comes_again(load):
    case = load(transactions=fixture("merrill_activity.csv").replace('"Settled"', '"Pending"'))
    assert {row.why for row in case.files[0].skipped} == {"pending: it comes again once it is settled"}


def test_merrill_codes_become_tickers_by_symbols(load):
    account = '[[accounts]]\nname = "A"\nrealized = "realized.csv"\n'
    case = load(toml=account + '[symbols]\nK1277 = "VZ"\n', realized=fixture("merrill_realized.csv"))
    assert {row.symbol for row in case.realized} == {"VZ", "A0041"}
    assert "`A0041`" in said(case, "ticker_missing")
