"""Our own lots layout: contract.md, "Our own CSV layouts"."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from planner.loader import load_case
from planner.loader.reading.layout import (
    SourceFile,
    all_layouts,
    fitting_of_all,
    normal,
    own_layouts,
    plainly_ours,
)
from rules.terms import AssetClass

HEADER = "symbol,quantity,acquired,basis,price\n"


def test_a_row_becomes_a_lot_with_its_price_and_place(load):
    (holding,) = load(lots=HEADER + "VTI,10.5,2025-03-04,2100.25,230.10\n").holdings
    lot = holding.lot
    assert (lot.symbol, lot.quantity, lot.acquired, lot.basis) == (
        "VTI",
        Decimal("10.5"),
        date(2025, 3, 4),
        Decimal("2100.25"),
    )
    assert (holding.price, holding.where) == (Decimal("230.10"), "lots.csv:2")
    assert (lot.account, lot.lot_id, lot.asset_class) == ("Schwab", "Schwab:VTI:2025-03-04:1", AssetClass.ETF)


def test_columns_stand_in_any_order_and_case(load):
    (holding,) = load(lots="Price, BASIS,acquired,Quantity,Symbol\n5,10,2025-03-04,2,VTI\n").holdings
    assert (holding.price, holding.lot.basis, holding.lot.quantity) == (5, 10, 2)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234.5", "1234.5"),
        ('"1,234.50"', "1234.50"),
        ('"$1,234.50"', "1234.50"),
        ("$ 12", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("1e-8", "0.00000001"),
        ("0", "0"),
        ("0.123456789012345678", "0.123456789012345678"),
    ],
)
def test_amounts_are_exact_however_they_are_written(load, written, meant):
    (holding,) = load(lots=HEADER + f"VTI,1,2025-03-04,{written},{written}\n").holdings
    assert holding.lot.basis == holding.price == Decimal(meant)


def test_na_is_a_ticker(load):
    (holding,) = load(lots=HEADER + "NA,1,2025-03-04,5,5\n").holdings
    assert holding.lot.symbol == "NA"


def test_a_symbol_is_one_security_in_any_case(load):
    (holding,) = load(lots=HEADER + "vti,1,2025-03-04,5,5\n").holdings
    assert holding.lot.symbol == "VTI"


def test_various_and_inherited_stand_for_a_day_that_is_not_given(load):
    inherited, various = load(lots=HEADER + "VTI,1,Various,5,5\nVTI,2,inherited,5,5\n").holdings
    assert (various.lot.acquired, various.lot.inherited, various.lot.lot_id) == (None, False, "Schwab:VTI:Various:1")
    assert (inherited.lot.acquired, inherited.lot.inherited, inherited.lot.lot_id) == (
        None,
        True,
        "Schwab:VTI:Inherited:1",
    )


def test_every_optional_column(load):
    (holding,) = load(
        lots="symbol,quantity,acquired,basis,price,account,lot_id,name,asset_class,holding_since,loss_basis,inherited,frozen\n"
        "GIFT,1,2025-03-04,50,40,schwab,L1,A present,fund,2019-01-02,45,no,yes\n"
    ).holdings
    lot = holding.lot
    assert (lot.account, lot.lot_id, holding.name, lot.asset_class) == ("Schwab", "L1", "A present", AssetClass.FUND)
    assert (lot.holding_since, lot.loss_basis, lot.inherited, holding.frozen) == (date(2019, 1, 2), 45, False, True)


def test_a_blank_optional_cell_is_as_if_the_column_were_not_there(load):
    """Where other tools go wrong, row 18."""
    bare = load(lots=HEADER + "VTI,1,2025-03-04,5,5\nZZZ,1,Inherited,5,5\n")
    blank = load(
        lots="symbol,quantity,acquired,basis,price,account,lot_id,name,asset_class,holding_since,loss_basis,inherited,frozen\n"
        "VTI,1,2025-03-04,5,5,,,,,,,,\nZZZ,1,Inherited,5,5, , , , , , , , \n"
    )
    assert (blank.holdings, blank.cautions) == (bare.holdings, bare.cautions)


def test_the_order_of_rows_changes_nothing(load):
    """Where other tools go wrong, row 23; identical lots are real and stay apart."""
    rows = ["VTI,1,2025-03-04,5,5\n", "VTI,2,2025-03-04,5,5\n", "VTI,1,2025-03-04,9,5\n", "VTI,1,2025-03-04,5,5\n"]

    def lots(order):
        return [holding.lot for holding in load(lots=HEADER + "".join(order)).holdings]

    first = lots(rows)
    assert [lot.lot_id[-1] for lot in first] == ["1", "2", "3", "4"]
    assert [(lot.quantity, lot.basis) for lot in first] == [(1, 5), (1, 5), (1, 9), (2, 5)]
    assert lots(reversed(rows)) == first
    assert lots(rows[2:] + rows[:2]) == first


def test_a_made_lot_id_never_takes_one_that_is_stated(load):
    holdings = load(
        lots="symbol,quantity,acquired,basis,price,lot_id\n"
        "VTI,1,2025-03-04,5,5,\nVTI,2,2025-03-04,5,5,Schwab:VTI:2025-03-04:1\n"
    ).holdings
    assert {holding.lot.lot_id: holding.lot.quantity for holding in holdings} == {
        "Schwab:VTI:2025-03-04:1": 2,
        "Schwab:VTI:2025-03-04:2": 1,
    }


def test_a_lot_id_stated_twice_is_refused_with_both_places(refused):
    said = refused(
        lots="symbol,quantity,acquired,basis,price,lot_id\nVTI,1,2025-03-04,5,5,L1\nVTI,2,2025-03-04,5,5,L1\n"
    )
    assert said == ["lots.csv:3: `lot_id` `L1` is also that of lots.csv:2"]


def test_an_unknown_symbol_is_a_stock_with_one_caution_a_symbol(load):
    case = load(lots=HEADER + "ZZZ,1,2025-03-04,5,5\nZZZ,1,2025-03-05,5,5\nVTI,1,2025-03-05,5,5\n")
    assert [holding.lot.asset_class for holding in case.holdings if holding.lot.symbol == "ZZZ"] == ["stock", "stock"]
    assert [(caution.code, "ZZZ" in caution.text) for caution in case.cautions] == [("asset_class_assumed", True)]


def test_a_stock_of_the_sector_table_is_known_for_one(load):
    case = load(lots=HEADER + "NKE,1,2026-03-02,90,60\nbrk-b,1,2026-03-02,500,480\n")
    assert [holding.lot.asset_class for holding in case.holdings] == ["stock", "stock"]
    assert case.cautions == ()


def test_letters_that_a_coin_and_a_trust_share_are_cautioned_about_unless_stated(load):
    assert [caution.code for caution in load(lots=HEADER + "BTC,1,2025-03-04,5,5\n").cautions] == [
        "asset_class_assumed"
    ]
    stated = load(lots="symbol,quantity,acquired,basis,price,asset_class\nBTC,1,2025-03-04,5,5,crypto\n")
    assert stated.cautions == ()
    assert stated.holdings[0].lot.asset_class is AssetClass.CRYPTO


def test_a_header_alone_is_a_file_of_no_lots(load):
    case = load(lots=HEADER)
    assert (case.holdings, case.files[0].rows, case.files[0].layout) == ((), 0, "harvest_lots")


def test_text_above_the_header_is_listed_as_skipped(load):
    (file,) = load(lots="My lots\n\n" + HEADER + "VTI,1,2025-03-04,5,5\n").files
    assert [(row.line, row.why) for row in file.skipped] == [(1, "above the header")]


TWO_ACCOUNTS = """
[[accounts]]
name = "One"
lots = "lots.csv"
[[accounts]]
name = "Two"
lots = "lots.csv"
"""


def test_one_file_may_hold_two_accounts_if_it_says_which(load):
    case = load(
        toml=TWO_ACCOUNTS,
        lots="account,symbol,quantity,acquired,basis,price\nOne,VTI,1,2025-03-04,5,5\ntwo,VTI,2,2025-03-04,5,5\n",
    )
    assert [(holding.lot.account, holding.lot.quantity) for holding in case.holdings] == [("One", 1), ("Two", 2)]
    assert [file.account for file in case.files] == ["One, Two"]


def test_one_file_under_two_accounts_that_does_not_say_which_is_refused(refused):
    (said,) = refused(toml=TWO_ACCOUNTS, lots=HEADER + "VTI,1,2025-03-04,5,5\nVTI,2,2025-03-04,5,5\n")
    assert said == "lots.csv:2: the file is listed under One and Two, and this row names neither"


def test_an_account_that_the_household_does_not_have_is_refused_with_the_nearest(refused):
    (said,) = refused(lots="account,symbol,quantity,acquired,basis,price\nSchwabb,VTI,1,2025-03-04,5,5\n")
    assert said == ("lots.csv:2: `account` is `Schwabb`, which household.toml does not have; did you mean `Schwab`")


def test_a_file_listed_twice_is_refused(refused, tmp_path):
    (said,) = refused(
        toml=f'[[accounts]]\nname = "A"\nlots = ["lots.csv", "../{tmp_path.name}/lots.csv"]\n',
        lots=HEADER + "VTI,1,2025-03-04,5,5\n",
    )
    assert said == "household.toml:7: `lots` lists lots.csv twice"


def test_files_are_shown_as_they_are_listed_wherever_the_folder_is_reached_from(load, tmp_path):
    load(lots=HEADER + "VTI,1,2025-03-04,5,5\n")
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "home"
    link.symlink_to(tmp_path, target_is_directory=True)
    assert [file.path for file in load_case(link, as_of=date(2026, 12, 8)).files] == ["lots.csv"]


def test_a_file_under_the_wrong_key_is_refused_with_the_right_one(refused):
    (said,) = refused(realized=HEADER + "VTI,1,2025-03-04,5,5\n")
    assert said == "realized.csv: this is a file of lots (harvest_lots)"


def test_a_word_of_keep_that_names_nothing_held_is_cautioned_about(load):
    case = load(
        toml='[[accounts]]\nname = "A"\nlots = "lots.csv"\n[plan]\nkeep = ["vti", "APPL"]\n',
        lots=HEADER + "VTI,1,2025-03-04,5,5\n",
    )
    assert case.household.plan_limits.keep == ("VTI", "APPL")
    assert [(caution.code, "APPL" in caution.text) for caution in case.cautions] == [("keep_not_held", True)]


@pytest.mark.parametrize("layout", own_layouts(), ids=lambda layout: layout.name)
def test_no_broker_has_a_header_of_our_columns_alone(layout):
    """So a file that begins with them is known without a look at any other layout."""
    ours = normal(frozenset(layout.may_have))
    others = [other for other in all_layouts() if not other.ours]
    assert not [other.name for other in others if other.signature and normal(other.signature) <= ours]
    for columns in (layout.columns, layout.may_have):
        source = SourceFile("x.csv", (",".join(columns) + "\n").encode(), date(2026, 12, 8))
        assert plainly_ours(source) == fitting_of_all(source) == [layout]
