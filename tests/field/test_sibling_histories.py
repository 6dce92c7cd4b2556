"""Everyday situations beside those of the field cases, each in the words of one broker: what is left, and what was
sold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from field_answers import told

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
SCHWAB = (
    '"Transactions  for account Individual ...412 as of 12/07/2026 02:21:05 PM ET"\n'
    '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount",\n'
)
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"\n'
)
FIDELITY = (
    "\n\nRun Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date\n"
)
VANGUARD = (
    "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n\n\n\nAccount Number,Trade Date,"
    "Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,Shares,Share Price,"
    "Principal Amount,Commissions and Fees,Net Amount,Accrued Interest,Account Type,\n"
)
MERRILL = (
    '"Trade Date","Settlement Date","Pending/Settled","Account Nickname","Account Registration","Account #","Type",'
    '"Description 1 ","Description 2","Symbol/CUSIP #","Quantity","Price ($)","Amount ($)"\n'
)
KRAKEN = '"txid","refid","time","type","subtype","aclass","subclass","asset","wallet","amount","fee","balance"\n'
OURS = "date,action,symbol,quantity,amount,group\n"

Row = tuple[Any, ...]


def household(folder: Path, *histories: str) -> Path:
    accounts = "".join(f'[[accounts]]\nname = "{n}"\ntransactions = "{n}.csv"\n' for n in range(len(histories)))
    (folder / "household.toml").write_text(TAXPAYER + accounts, "utf-8")
    for number, text in enumerate(histories):
        (folder / f"{number}.csv").write_text(text, "utf-8")
    return folder


def left(folder: Path) -> list[Row]:
    return [(lot["account"], lot["symbol"], lot["quantity"], lot["basis"]) for lot in told("check", folder)["lots"]]


def sold(folder: Path) -> list[Row]:
    return [(s["symbol"], s["quantity"], s["gain_before_wash"]) for s in told("windows", folder)["sales"]]


def schwab(*rows: Row) -> str:
    return SCHWAB + "".join(f'"{day}","{did}","{sym}","X","{n}","","","{paid}",\n' for day, did, sym, n, paid in rows)


def robinhood(*rows: Row) -> str:
    return ROBINHOOD + "".join(
        f'"{d}","{d}","{d}","{s}","{what}","{c}","{n}","","{m}"\n' for d, s, what, c, n, m in rows
    )


def fidelity(*rows: Row) -> str:
    return FIDELITY + "".join(f'{d},"Ind","Z3","{did}",{s},"N",Cash,,{n},,,,{m},{d}\n' for d, did, s, n, m in rows)


def test_two_accounts_of_one_broker_and_a_sale_from_the_second(tmp_path: Path) -> None:
    one = schwab(("06/10/2026", "Internal Transfer", "AA", "-50", ""), ("06/02/2026", "Buy", "AA", "100", "-$2000.00"))
    two = schwab(("06/20/2026", "Sell", "AA", "20", "$300.00"), ("06/11/2026", "Internal Transfer", "AA", "50", ""))
    folder = household(tmp_path, one, two)
    assert left(folder) == [("0", "AA", 50, 1000), ("1", "AA", 30, 600)]
    assert sold(folder) == [("AA", 20, -100)]


def test_a_transfer_whose_other_side_is_missing_leaves_the_account(tmp_path: Path) -> None:
    history = schwab(
        ("06/10/2026", "Journaled Shares", "AA", "-50", ""), ("06/02/2026", "Buy", "AA", "100", "-$2000.00")
    )
    folder = household(tmp_path, history)
    assert left(folder) == [("0", "AA", 50, 1000)]
    assert "transfer_outside" in {caution["code"] for caution in told("check", folder)["cautions"]}


def test_blank_amounts_are_unknown_and_the_rest_is_planned(tmp_path: Path) -> None:
    history = schwab(
        ("06/20/2026", "Sell", "AA", "20", ""),
        ("06/02/2026", "Buy", "AA", "100", "-$2000.00"),
        ("06/01/2026", "Buy", "KO", "9", ""),
    )
    folder = household(tmp_path, history)
    assert left(folder) == [("0", "AA", 80, 1600), ("0", "KO", 9, None)]
    assert sold(folder) == []


def test_an_option_that_lapses_over_the_turn_of_the_year_and_a_call_that_is_assigned(tmp_path: Path) -> None:
    """§ 1234(a), (b); Rev. Rul. 78-182: the premium of 100 goes into the proceeds of the shares."""
    history = robinhood(
        ("3/20/2026", "AA", "1 AA Option Assigned", "Sell", "100", "$2,200.00"),
        ("3/20/2026", "AA", "AA 3/20/2026 Call $22.00", "OASGN", "1", ""),
        ("3/2/2026", "AA", "AA 3/20/2026 Call $22.00", "STO", "1", "$100.00"),
        ("2/2/2026", "AA", "AA", "Buy", "100", "($2,000.00)"),
        ("1/2/2026", "SPY", "Option Expiration for SPY 1/2/2026 Call $700.00", "OEXP", "1", ""),
        ("12/15/2025", "SPY", "SPY 1/2/2026 Call $700.00", "BTO", "1", "($300.00)"),
    )
    folder = household(tmp_path, history)
    assert left(folder) == []
    assert sold(folder) == [("SPY 01/02/2026 700.00 CALL", 1, -300), ("AA", 100, 300)]


@pytest.mark.parametrize("back", ["YOU BOUGHT CANCELLED TRADE (KO) (Cash)", "YOU BOUGHT KO (KO) (Cash)"])
def test_a_purchase_taken_back_is_none(tmp_path: Path, back: str) -> None:
    """Both signs are those of a sale, under the word of a purchase: a reversal of the one for as much."""
    history = fidelity(
        ("02/04/2026", back, "KO", -10, 200.00),
        ("02/02/2026", "YOU BOUGHT KO (KO) (Cash)", "KO", 10, -200.00),
        ("02/02/2026", "YOU BOUGHT KO (KO) (Cash)", "KO", 10, -210.00),
    )
    assert left(household(tmp_path, history)) == [("0", "KO", 10, 210)]


def test_merrill_writes_a_reversal_with_the_signs_turned(tmp_path: Path) -> None:
    rows = [
        ("02/02", "Purchase", 100, "(2,000.00)"),
        ("02/03", "Purchase", -100, "2,000.00"),
        ("02/04", "Purchase", 100, "(1,900.00)"),
    ]
    text = "".join(
        f'"{d}/2026","{d}/2026","Settled","--","CMA","11A","SecurityTransactions","{did} ","X","AA","{n}","20","{m}"\n'
        for d, did, n, m in rows
    )
    assert left(household(tmp_path, MERRILL + text)) == [("0", "AA", 100, 1900)]


def test_a_word_nobody_knows_holds_its_security_back_alone(tmp_path: Path) -> None:
    history = fidelity(
        ("11/20/2026", "LIQUIDATION LUMN INC COM (LUMN) (Cash)", "LUMN", -10, 30.00),
        ("02/02/2026", "YOU BOUGHT LUMN (LUMN) (Cash)", "LUMN", 10, -200.00),
        ("02/02/2026", "YOU BOUGHT KO (KO) (Cash)", "KO", 10, -200.00),
    )
    assert left(household(tmp_path, history)) == [("0", "KO", 10, 200), ("0", "LUMN", 10, None)]


def test_a_merger_with_cash_for_the_fraction_beside(tmp_path: Path) -> None:
    history = fidelity(
        ("07/04/2026", "IN LIEU OF FRX SHARE EU PAYOUT (ABC) (Cash)", "ABC", "", 5.50),
        ("07/02/2026", "MERGER MER FROM 12345X109#REOR M0051 (ABC)", "ABC", 33, ""),
        ("07/02/2026", "MERGER MER PAYOUT #REOR M0051 (XYZ)", "XYZ", -100, ""),
        ("02/02/2026", "YOU BOUGHT XYZ (XYZ) (Cash)", "XYZ", 100, -2000.00),
    )
    folder = household(tmp_path, history)
    assert left(folder) == [("0", "ABC", 33, 2000)]
    assert "sale_not_counted" in {caution["code"] for caution in told("check", folder)["cautions"]}


def test_vanguards_splits_in_two_rows_and_in_one(tmp_path: Path) -> None:
    rows = [
        ("2026-02-02", "Buy", "AA", 100, -2000),
        ("2026-05-02", "Corp Action (Reverse Split)", "AA", -100, 0),
        ("2026-05-02", "Corp Action (Reverse Split)", "AA", 10, 0),
        ("2026-03-02", "Buy", "KO", 10, -200),
        ("2026-06-02", "Stock split", "KO", 10, 0),
    ]
    text = "".join(f"61,{d},{d},{t},{t},N,{s},{n},0,{m},0.0,{m},0.0,CASH,\n" for d, t, s, n, m in rows)
    assert [lot[1:] for lot in left(household(tmp_path, VANGUARD + text))] == [("AA", 10, 2000), ("KO", 20, 200)]


def test_a_coin_sold_by_force_and_one_moved_inside_the_exchange(tmp_path: Path) -> None:
    rows = [
        ("R1", "01-05 10:00:00", "trade", "tradespot", "fiat", "USD", -1000, 2),
        ("R1", "01-05 10:00:00", "trade", "tradespot", "crypto", "XMR", 5, 0),
        ("R2", "06-05 10:00:00", "trade", "tradespot", "crypto", "XMR", -5, 0),
        ("R2", "06-05 10:00:00", "trade", "tradespot", "fiat", "USD", 700, 1),
        ("R3", "07-01 10:00:00", "trade", "tradespot", "fiat", "USD", -300, 0),
        ("R3", "07-01 10:00:00", "trade", "tradespot", "crypto", "SOL", 3, 0),
        ("R4", "07-02 10:00:00", "transfer", "spottostaking", "crypto", "SOL", -3, 0),
        ("R5", "07-02 10:00:01", "transfer", "stakingfromspot", "crypto", "SOL.S", 3, 0),
    ]
    text = "".join(
        f'"L{i}","{r}","2026-{t}","{ty}","{sub}","currency","{kind}","{a}","spot / main",{n},{fee},0\n'
        for i, (r, t, ty, sub, kind, a, n, fee) in enumerate(rows)
    )
    folder = household(tmp_path, KRAKEN + text)
    assert left(folder) == [("0", "SOL", 3, 300)]
    assert sold(folder) == [("XMR", 5, -303)]


def test_a_ticker_that_was_another_companys_before(tmp_path: Path) -> None:
    """META was a fund's until January 2022, and Facebook's since June."""
    history = OURS + (
        "2021-08-02,buy,META,10,150,\n2021-08-02,buy,FB,5,1800,\n"
        "2022-01-31,exchange_out,META,10,0,a\n2022-01-31,exchange_in,METV,10,0,a\n"
        "2022-06-09,exchange_out,FB,5,0,b\n2022-06-09,exchange_in,META,5,0,b\n2026-02-02,sell,META,2,1000,\n"
    )
    folder = household(tmp_path, history)
    assert left(folder) == [("0", "META", 3, 1080), ("0", "METV", 10, 150)]
    assert sold(folder) == [("META", 2, 280)]


def test_in_and_out_and_in_again_on_one_day(tmp_path: Path) -> None:
    """§ 1091(d): whichever is taken for the first, what is left has all that was paid and not got back."""
    history = OURS + "2026-05-04,buy,AA,100,2000,\n2026-05-04,sell,AA,100,1900,\n2026-05-04,buy,AA,100,1950,\n"
    assert left(household(tmp_path, history)) == [("0", "AA", 100, 2050)]


def test_a_split_of_shares_held_in_cash_and_on_margin_comes_in_two_rows(tmp_path: Path) -> None:
    """Both rows are of one day and one account: 10 and 5 became 100 and 50."""
    history = schwab(
        ("06/10/2026", "Stock Split", "AA", "90", ""),
        ("06/10/2026", "Stock Split", "AA", "45", ""),
        ("06/02/2026", "Buy", "AA", "10", "-$2000.00"),
        ("06/01/2026", "Buy", "AA", "5", "-$900.00"),
    )
    assert left(household(tmp_path, history)) == [("0", "AA", 50, 900), ("0", "AA", 100, 2000)]


BOUGHT = ("2/3/2026", "F", "Ford", "Buy", "60", "($720.00)")
LATER = ("3/3/2026", "F", "Ford", "Buy", "60", "($720.00)")


@pytest.mark.parametrize(
    ("rows", "counted", "remains"),
    [
        # a free share, then 60 bought: the first in goes first, and the other 50 count
        ([("11/3/2026", "F", "x", "Sell", "51", "$510.00"), BOUGHT, ("1/9/2026", "F", "x", "REC", "1", "")],
         [("F", 50, -100)], [("0", "F", 10, 120)]),
        # units of no known day came in before all others were bought: they go first
        ([("11/3/2026", "F", "x", "Sell", "60", "$600.00"), LATER, ("2/9/2026", "F", "x", "ACATI", "50", "")],
         [("F", 10, -20)], [("0", "F", 50, 600)]),
        # they came in later: which units were sold is not known
        ([("11/3/2026", "F", "x", "Sell", "60", "$600.00"), ("3/9/2026", "F", "x", "ACATI", "50", ""), BOUGHT],
         [], [("0", "F", 50, None)]),
        # nothing is left: all were sold, those too
        ([("11/3/2026", "F", "x", "Sell", "110", "$1100.00"), ("3/9/2026", "F", "x", "ACATI", "50", ""), BOUGHT],
         [("F", 60, -120)], []),
    ],
    ids=["unknown basis", "came before", "came after", "all of them"],
)  # fmt: skip
def test_of_a_sale_only_the_unknown_units_are_left_out(
    tmp_path: Path, rows: list[Row], counted: list[Row], remains: list[Row]
) -> None:
    folder = household(tmp_path, robinhood(*rows))
    assert (sold(folder), left(folder)) == (counted, remains)
    said = [c["text"] for c in told("check", folder)["cautions"] if c["code"] == "sale_not_counted"]
    missing = sum(float(row[4]) for row in rows if row[3] == "Sell") - sum(row[1] for row in counted)
    assert [f"{missing:g} F sold in 0 on 2026-11-03 for ${10 * missing:,.2f}" in text for text in said] == [True]
    assert "box B or E" in said[0]


def test_the_ledger_shows_no_basis_of_what_is_held_back(tmp_path: Path) -> None:
    """A spin-off whose share of the basis no file states: neither the parent's nor the child's basis is known."""
    history = fidelity(
        ("10/01/2026", "DISTRIBUTION SPINOFF FROM:(GE ) GE VERNOVA (GEV) (Cash)", "GEV", "25", ""),
        ("02/20/2026", "YOU BOUGHT GENERAL ELECTRIC (GE) (Cash)", "GE", "100", "-15000.00"),
    )
    lots = told("windows", household(tmp_path, history))["lots"]
    assert [(lot["symbol"], lot["quantity"], lot["basis"]) for lot in lots] == [("GE", 100, None), ("GEV", 25, None)]
