"""What a message says to write is written, to the letter, and the message is gone: `replaces`, `[[basis]]`, periods."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from field_answers import CASES, told

import planner
from planner.loader import with_number

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 140_000\n'
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"\n'
)
LATE = "date,action,symbol,quantity,amount\n2026-12-01,interest,,0,1\n"
HEADER = "date,action,symbol,quantity,amount\n2026-01-02,interest,,0,1\n"


def household(folder: Path, toml: str, **files: str) -> Path:
    (folder / "household.toml").write_text(TAXPAYER + toml, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def codes(document: dict[str, Any]) -> dict[str, str]:
    return {caution["code"]: caution["text"] for caution in document["cautions"]}


def test_a_row_of_ours_stands_for_the_row_that_is_named(tmp_path: Path) -> None:
    toml = '[[accounts]]\nname = "A"\ntransactions = ["rh.csv", "own.csv"]\n'
    robinhood = ROBINHOOD
    robinhood += '"3/9/2026","3/9/2026","3/9/2026","ABC","x","QQQ","7","",""\n'
    robinhood += '"3/2/2026","3/2/2026","3/3/2026","ABC","x","Buy","10","$10","($100.00)"\n'
    own = "date,action,symbol,quantity,amount,replaces\n"
    document = told("check", household(tmp_path, toml, rh=robinhood, own=own))
    said = codes(document)["history_not_explained"]
    place = re.search(r"`replaces = (\S+)`", said)
    assert place is not None
    document = told(
        "check", household(tmp_path, toml, rh=robinhood, own=own + f"2026-03-09,split,ABC,7,0,{place[1]}\n")
    )
    assert [(lot["symbol"], lot["quantity"], lot["basis"]) for lot in document["lots"]] == [("ABC", 17, 100)]
    assert "history_not_explained" not in codes(document)


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    toml = '[[accounts]]\nname = "A"\ntransactions = ["k.csv", "own.csv"]\n'
    kraken = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
    kraken += '"A","R","2026-01-05 16:00:01","deposit","","currency","SOL",5,0,5\n'
    own = "date,action,symbol,quantity,amount,replaces\n2026-01-05,buy,SOL,5,500,k.csv:9\n"
    with pytest.raises(AssertionError, match=r"`replaces` is `k.csv:9`, and A has no row there"):
        told("check", household(tmp_path, toml, k=kraken, own=own))


def test_an_equal_id_replaces_a_swap_that_the_file_does_not_value(tmp_path: Path) -> None:
    """D2: a coin for a coin, entered in our own layout at the value of that moment; no download is edited."""
    toml = '[[accounts]]\nname = "K"\ntransactions = ["k.csv", "own.csv"]\n'
    kraken = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
    kraken += '"A","R","2026-01-05 16:00:01","deposit","","currency","SOL",5,0,5\n'
    own = "id,date,action,symbol,quantity,amount\nA,2026-01-05,buy,SOL,5,500\n"
    (lot,) = told("check", household(tmp_path, toml, k=kraken, own=own))["lots"]
    assert (lot["quantity"], lot["basis"]) == (5, 500)


def test_units_from_nowhere_are_held_back_until_their_basis_is_written(tmp_path: Path) -> None:
    """D3: 50 F of an old transfer do not refuse the household."""
    rows = HEADER + "2026-03-02,transfer_in,F,50,0\n2026-04-02,buy,ABC,10,1000\n"
    toml = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n[prices]\nF = 10.0\nABC = 50.0\n'
    document = told("plan", household(tmp_path, toml, h=rows))
    assert {sale["symbol"] for sale in document["sales"]} == {"ABC"}
    said = codes(document)["transfer_not_sent"]
    assert 'symbol = "F", received = 2026-03-02' in said
    entry = '[[basis]]\nsymbol = "F"\nreceived = 2026-03-02\nbasis = 900\nacquired = 2019-05-06\n'
    document = told("plan", household(tmp_path, toml + entry, h=rows))
    assert {(sale["symbol"], sale["gain"], sale["character"]) for sale in document["sales"]} == {
        ("ABC", -500, "short"),
        ("F", -400, "long"),
    }
    assert "transfer_not_sent" not in codes(document)


def test_a_sale_of_what_was_bought_before_the_history_gets_its_basis(tmp_path: Path) -> None:
    """W5: an account that lists lots, and no realized file of that broker exists."""
    toml = '[[accounts]]\nname = "A"\nlots = "l.csv"\ntransactions = "h.csv"\n'
    lots = "symbol,quantity,acquired,basis,price\nZZZ,1,2024-01-05,10,10\n"
    rows = HEADER + "2026-10-18,sell,AVUV,25,2708.99\n"
    document = told("plan", household(tmp_path, toml, h=rows, l=lots))
    assert "sale_not_explained" in codes(document)
    assert document["baseline"]["net_long_term"] == 0
    entry = '[[basis]]\nsymbol = "AVUV"\nsold = 2026-10-18\nbasis = 2_111.30\nacquired = 2023-02-06\n'
    document = told("plan", household(tmp_path, toml + entry, h=rows, l=lots))
    assert document["baseline"]["net_long_term"] == 597.69
    assert "sale_not_explained" not in codes(document)


def test_a_transfer_that_lost_more_than_a_fee_names_the_row_and_what_to_write(tmp_path: Path) -> None:
    """Case 43, its remedy followed for each of the four transfers."""
    for file in (CASES / "43-eth-transfers-lose-ten-percent").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    document = told("plan", tmp_path)
    assert "exchange.csv:3 sent 1, 0.025 more" in "".join(caution["text"] for caution in document["cautions"])
    header = "date,action,symbol,quantity,amount,asset_class,replaces\n"
    own: dict[str, list[str]] = {}
    for account, day, place, quantity in (
        ("exchange", "2026-02-03", "exchange.csv:3", "0.975"),
        ("a", "2026-02-05", "a.csv:3", "0.95"),
        ("b", "2026-02-12", "b.csv:3", "0.925"),
        ("a", "2026-02-20", "a.csv:5", "0.9"),
    ):
        rows = own.setdefault(account, [])
        rows.append(f"{day},transfer_out,ETH,{quantity},0,crypto,{place}\n{day},fee,ETH,0.025,2.5,crypto,\n")
    text = (tmp_path / "household.toml").read_text("utf-8")
    for account, rows in own.items():
        text = text.replace(f'"{account}.csv"', f'["{account}.csv", "{account}-own.csv"]')
        (tmp_path / f"{account}-own.csv").write_text(header + "".join(rows), "utf-8")
    (tmp_path / "household.toml").write_text(text, "utf-8")
    document = told("check", tmp_path)
    assert sum(lot["quantity"] for lot in document["lots"]) == pytest.approx(0.9)
    assert sum(lot["basis"] for lot in document["lots"]) == pytest.approx(90)
    assert not [caution["code"] for caution in document["cautions"] if "history" in caution["code"]]


def test_a_row_of_our_own_layout_is_replaced_like_any_other(tmp_path: Path) -> None:
    header = "date,action,symbol,quantity,amount,replaces\n"
    toml = '[[accounts]]\nname = "A"\ntransactions = ["h.csv", "o.csv"]\n[prices]\nAAA = 90\n'
    files = {"h": header + "2026-02-03,buy,AAA,10,1000,\n", "o": header + "2026-02-03,buy,AAA,10,2000,h.csv:2\n"}
    (lot,) = told("check", household(tmp_path, toml, **files))["lots"]
    assert (lot["quantity"], lot["basis"]) == (10, 2000)


def test_a_period_that_the_file_states_ends_the_doubt(tmp_path: Path) -> None:
    """D6: an IRA in which nothing happened is clean where its file says from when to when it tells all."""
    lots = "symbol,quantity,acquired,basis,price\nZZZ,1,2024-01-05,100,10\n"
    toml = '[[accounts]]\nname = "A"\nlots = "l.csv"\ntransactions = "h.csv"\n'
    doubt = told("plan", household(tmp_path, toml, l=lots, h=LATE))
    assert {sale["wash_state"] for sale in doubt["sales"]} == {"coverage_incomplete"}
    cured = toml.replace('name = "A"', 'name = "A"\ncomplete_from = 2026-01-01')
    sure = told("plan", household(tmp_path, cured, l=lots))
    assert {sale["wash_state"] for sale in sure["sales"]} == {"clean"}


@pytest.mark.parametrize(
    "title",
    [
        "All transactions from 2026-01-01 to 2026-12-03",
        'Statement,Data,Period,"January 1, 2026 - December 3, 2026"',
        "Activity for the period 01/01/2026 through 12/03/2026",
    ],
)
def test_periods_are_read_as_brokers_write_them(tmp_path: Path, title: str) -> None:
    robinhood = f"{title}\n{ROBINHOOD}"
    robinhood += '"12/1/2026","12/1/2026","12/1/2026","ABC","x","Buy","10","$10","($100.00)"\n'
    lots = "symbol,quantity,acquired,basis,price\nZZZ,1,2024-01-05,100,10\n"
    toml = '[[accounts]]\nname = "A"\nlots = "l.csv"\ntransactions = "h.csv"\n'
    document = told("plan", household(tmp_path, toml, l=lots, h=robinhood))
    assert {sale["wash_state"] for sale in document["sales"] if sale["symbol"] == "ZZZ"} == {"clean"}


def test_deposits_that_an_exchange_never_shows_do_not_refuse_the_household(tmp_path: Path) -> None:
    """D4: Bitget's spot export. Dollar stablecoins at par, said so (I-32)."""
    rows = HEADER + "2026-03-02,sell,USDT,3120,3120\n2026-03-02,buy,SOL,20,3120\n"
    toml = '[[accounts]]\nname = "B"\ntransactions = "h.csv"\n'
    document = told("check", household(tmp_path, toml, h=rows))
    assert [(lot["symbol"], lot["basis"]) for lot in document["lots"]] == [("SOL", 3120)]
    assert "3120 USDT more are spent in B" in codes(document)["stablecoin_at_par"]
    assert sum(sale["gain_before_wash"] for sale in told("windows", tmp_path)["sales"]) == 0


def test_a_reversal_and_what_it_takes_back_are_nothing(tmp_path: Path) -> None:
    """A sign is not noise: 10 bought, and the purchase undone."""
    robinhood = ROBINHOOD
    robinhood += '"3/3/2026","3/3/2026","3/3/2026","ABC","x","Buy","-10","$10","$100.00"\n'
    robinhood += '"3/2/2026","3/2/2026","3/3/2026","ABC","x","Buy","10","$10","($100.00)"\n'
    toml = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n'
    document = told("check", household(tmp_path, toml, h=robinhood))
    assert (document["lots"], document["transactions"]) == ([], [])
    assert len(document["files"][0]["skipped"]) == 2


def test_a_blank_amount_is_unknown_and_not_zero(tmp_path: Path) -> None:
    robinhood = ROBINHOOD
    robinhood += '"3/3/2026","3/3/2026","3/3/2026","DEF","x","Sell","4","",""\n'
    robinhood += '"3/2/2026","3/2/2026","3/3/2026","DEF","x","Buy","4","$10","($40.00)"\n'
    robinhood += '"3/2/2026","3/2/2026","3/3/2026","ABC","x","Buy","10","",""\n'
    toml = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n'
    document = told("check", household(tmp_path, toml, h=robinhood))
    assert [(lot["symbol"], lot["basis"]) for lot in document["lots"]] == [("ABC", None)]
    assert "for an unknown amount" in codes(document)["sale_not_counted"]


MERGED = (
    "\n\nRun Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date\n"
    "11/02/2026,I,Z1,MERGER MER FROM OLDC #REORCM0051700000001 (NEWC) (Cash),NEWC,N,Cash,,50,,,,,\n"
    "11/02/2026,I,Z1,MERGER MER PAYOUT #REORCM0051700000000 (OLDC) (Cash),OLDC,O,Cash,,-100,,,,,\n"
    "01/20/2026,I,Z1,YOU BOUGHT OLDCO INC (OLDC) (Cash),OLDC,O,Cash,40,100,,,,-4000.00,01/23/2026\n"
)
MIGRATED = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
    "a,2026-01-20 15:00:00 UTC,Buy,OLDC,100,USD,$40,$4000,$4000,$0,\n"
    "b,2026-11-02 15:00:00 UTC,Asset Migration,OLDC,-100,USD,,,,,\n"
    "c,2026-11-02 15:00:00 UTC,Asset Migration,NEWC,50,USD,,,,,\n"
)


@pytest.mark.parametrize("file", [(MERGED, 4, 5), (MIGRATED, 3, 4)], ids=["broker", "exchange"])
@pytest.mark.parametrize("named", ["each", "other way round", "first", "second"])
def test_whichever_leg_of_a_pair_is_named_no_unit_is_left_over(
    tmp_path: Path, file: tuple[str, int, int], named: str
) -> None:
    text, first, second = file
    both = {"each": (first, second), "other way round": (second, first)}
    places = both.get(named, (first if named == "first" else second,) * 2)
    own = "date,action,symbol,quantity,amount,replaces\n"
    own += f"2026-11-02,buy,NEWC,50,2000,h.csv:{places[0]}\n2026-11-02,sell,OLDC,100,2000,h.csv:{places[1]}\n"
    folder = household(tmp_path, '[[accounts]]\nname = "A"\ntransactions = ["h.csv", "own.csv"]\n', h=text, own=own)
    document = told("check", folder)
    assert [(lot["symbol"], lot["quantity"], lot["basis"]) for lot in document["lots"]] == [("NEWC", 50, 2000)]
    assert [sale["gain_before_wash"] for sale in told("windows", folder)["sales"]] == [-2000]


def test_what_came_in_for_it_is_told_under_the_place_of_what_went(tmp_path: Path) -> None:
    """One row of ours for a pair: the units given up are gone too."""
    own = "date,action,symbol,quantity,amount,replaces\n2026-11-02,buy,NEWC,50,2000,h.csv:5\n"
    folder = household(tmp_path, '[[accounts]]\nname = "A"\ntransactions = ["h.csv", "own.csv"]\n', h=MERGED, own=own)
    assert [(lot["symbol"], lot["quantity"]) for lot in told("check", folder)["lots"]] == [("NEWC", 50)]


def test_a_number_of_a_household_with_a_stated_basis_may_be_varied(tmp_path: Path) -> None:
    """The page's sliders and `compare --sweep` change one: the entry's place in the file is no part of it."""
    toml = '[[accounts]]\nname = "A"\ntransactions = "h.csv"\n'
    toml += '[[basis]]\nsymbol = "SOL"\nreceived = 2026-03-02\nbasis = 200\nacquired = 2025-01-02\n'
    folder = household(tmp_path, toml, h=HEADER + "2026-03-02,transfer_in,SOL,2,0\n")
    changed = with_number(planner.load(folder, as_of="2026-12-08"), "plan.max_turnover", Decimal(10))
    assert changed.household.plan_limits.max_turnover == 10
