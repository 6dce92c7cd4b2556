"""Which account a broker's file means: by `numbers`, by the one account that lists it, or not at all."""

from __future__ import annotations

import pytest

from planner.loader.assembly.account_matching import same_account

HEADER = (
    "COB Date,Symbol,CUSIP #,Security Description,Account Registration,Account #,Acquisition Date,Quantity,"
    "Cost Basis ($),Value ($),Unrealized Gain/Loss ($),Short/Long\n"
)
ROWS = (
    "12/7/2026,VTI,922908769,VANGUARD,CMA,11A-00003,5/13/2019,1,10,11,1,(Long Term)\n"
    "12/7/2026,VEA,921943858,VANGUARD,CMA,11A-00007,5/13/2019,2,20,21,1,(Long Term)\n"
)


def accounts(**numbers: str) -> str:
    return "".join(f'[[accounts]]\nname = "{n}"\nlots = "lots.csv"\n{said}\n' for n, said in numbers.items())


@pytest.mark.parametrize(
    ("word", "number", "same"),
    [
        ("Individual ...412", "412", True),
        ("Individual ...412", "...412", True),
        ("...412", "98765412", True),
        ("XXXX-3071", "####3071", True),
        ("X12345678", "x12345678", True),
        ("Individual - TOD", "individual tod", True),
        ("Individual ...412", "...413", False),
        ("...412", "12", False),  # two digits are the end of too many
        ("12", "12", True),
        ("...", "...", False),
        ("Individual ...412", "Individual", False),
    ],
)
def test_words_are_compared_by_their_ends(word, number, same):
    assert same_account(word, number) is same_account(number, word) is same


def test_a_file_of_two_accounts_is_split_by_their_numbers(load):
    case = load(toml=accounts(A='numbers = "11A-00003"', B='numbers = ["9", "00007"]'), lots=HEADER + ROWS)
    assert {holding.lot.symbol: holding.lot.account for holding in case.holdings} == {"VTI": "A", "VEA": "B"}
    assert [caution.code for caution in case.cautions] == []


def test_an_account_may_go_by_its_own_name(load):
    case = load(toml='[[accounts]]\nname = "11a-00007"\nlots = "lots.csv"\n', lots=HEADER + ROWS)
    assert [holding.lot.symbol for holding in case.holdings] == ["VEA"]


def test_rows_of_an_account_that_nobody_claims_are_left_out_and_said(load):
    case = load(toml=accounts(A='numbers = "00003"'), lots=HEADER + ROWS)
    assert [holding.lot.symbol for holding in case.holdings] == ["VTI"]
    assert [(row.line, row.why) for row in case.files[0].skipped] == [
        (3, "belongs to an account that no `numbers` in household.toml names")
    ]
    assert [caution.code for caution in case.cautions] == ["account_unclaimed"]
    assert case.files[0].rows == 1


def test_without_numbers_all_rows_are_of_the_account_that_lists_the_file(load):
    case = load(lots=HEADER + ROWS)
    assert {holding.lot.account for holding in case.holdings} == {"Schwab"}
    assert [caution.code for caution in case.cautions] == ["accounts_mixed"]


def test_a_file_under_two_accounts_that_nothing_tells_apart_is_refused(refused):
    (said,) = refused(toml=accounts(A="", B=""), lots=HEADER + ROWS)
    assert said == "lots.csv: the file is listed under A and B, and its rows do not say which account they belong to"


def test_an_account_claimed_twice_is_refused(refused):
    said = refused(toml=accounts(A='numbers = "003"', B='numbers = "0003"'), lots=HEADER + ROWS)
    assert said == ["lots.csv:2: A and B both claim the account `11A-00003` of this file"]
