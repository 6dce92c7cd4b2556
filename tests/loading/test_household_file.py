"""`household.toml`: what it means, and what is refused in it. contract.md, "A household"."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from planner.domain.errors import InputError, UnsupportedLaw
from planner.domain.household import INFINITY, Assumptions
from planner.loader import load_case, read_household
from rules.terms import AccountKind, AssetClass, Custody, FilingStatus, Owner

AS_OF = date(2026, 12, 8)

FULL = """\
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
ordinary_income = 185_000.25
qualified_dividends = 3_200
net_investment_income = 5_000
deduction = 40_000
state_rate = 0.05

[carryover]
short_term = 1
long_term = 4_000

[realized]
short_term = -7
long_term = 25_000
collectibles = 10

[[accounts]]
name = "Schwab"
fractional = true
lots = ["a.csv", "more/b.csv"]

[[accounts]]
name = "Her IRA"
kind = "roth_ira"
owner = "spouse"
transactions = "ira.csv"
realized = "ira-realized.csv"
custody = "broker"

[[planned_purchases]]
date = 2026-12-28
account = "Schwab"
symbol = "vti"
quantity = 3
cancelable = true

[plan]
sale_date = 2026-12-15
keep = ["AAPL"]
sell_gains = true
minimum_loss = 50
max_sales = 25
max_turnover = 100_000
cash_needed = 10_000

[assumptions]
future_rate = 0.2
years_to_sale = inf
years_to_use_carryover = 2.5
[assumptions.round_trip_cost]
stock = 0

[wash_sale]
identical = [["goog", "GOOGL"]]
different = [["IBIT", "FBTC"]]
crypto = true

[replacements]
vti = ["schb", "ITOT"]
"BRK.B" = "VFH"
GLD = []

[scenarios."Crypto under § 1091"]
wash_sale.crypto = false
[scenarios."Wait for next year"]
plan.sell = false
[scenarios.California]
taxpayer.state = "CA"
"""


@pytest.fixture
def household_file(tmp_path):
    """Writes a household.toml beside the files that FULL lists."""
    (tmp_path / "more").mkdir()
    for name in ("a.csv", "more/b.csv"):
        (tmp_path / name).write_text("symbol,quantity,acquired,basis,price\n")
    (tmp_path / "ira.csv").write_text("date,action,symbol,quantity,amount\n")
    (tmp_path / "ira-realized.csv").write_text("symbol,quantity,acquired,sold,proceeds,basis\n")

    def write(text: str):
        path = tmp_path / "household.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def problems(path, scenario=None):
    with pytest.raises(InputError) as caught:
        read_household(path, scenario)
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


def test_every_key_of_the_contract(household_file, tmp_path):
    household = read_household(household_file(FULL))
    taxpayer = household.taxpayer
    assert (taxpayer.tax_year, taxpayer.filing_status) == (2026, FilingStatus.MARRIED_JOINTLY)
    assert (taxpayer.ordinary_income, taxpayer.qualified_dividends) == (Decimal("185000.25"), 3200)
    assert (taxpayer.net_investment_income, taxpayer.deduction) == (5000, 40000)
    assert (taxpayer.state, taxpayer.state_rate) == (None, Decimal("0.05"))
    assert (household.carryover.short_term, household.carryover.long_term) == (1, 4000)
    assert (household.realized.short_term, household.realized.long_term, household.realized.collectibles) == (
        -7,
        25000,
        10,
    )
    schwab, ira = household.accounts
    assert (schwab.kind, schwab.owner, schwab.fractional) == (AccountKind.TAXABLE, Owner.TAXPAYER, True)
    assert schwab.lots == (tmp_path / "a.csv", tmp_path / "more" / "b.csv")
    assert (ira.kind, ira.owner, ira.lots) == (AccountKind.ROTH_IRA, Owner.SPOUSE, ())
    assert (ira.transactions, ira.realized) == ((tmp_path / "ira.csv",), (tmp_path / "ira-realized.csv",))
    assert (schwab.custody, ira.custody) == (None, Custody.BROKER)
    (planned,) = household.planned_purchases
    assert (planned.date, planned.account, planned.symbol, planned.quantity, planned.cancelable) == (
        date(2026, 12, 28),
        "Schwab",
        "VTI",
        3,
        True,
    )
    plan_limits = household.plan_limits
    assert (plan_limits.sell, plan_limits.sale_date, plan_limits.keep, plan_limits.sell_gains) == (
        True,
        date(2026, 12, 15),
        ("AAPL",),
        True,
    )
    assert (plan_limits.minimum_loss, plan_limits.max_sales, plan_limits.max_turnover, plan_limits.cash_needed) == (
        50,
        25,
        100000,
        10000,
    )
    assumptions = household.assumptions
    assert (assumptions.future_rate, assumptions.discount_rate) == (Decimal("0.2"), Decimal("0.05"))
    assert (assumptions.years_to_sale, assumptions.years_to_use_carryover) == (INFINITY, Decimal("2.5"))
    assert assumptions.round_trip_cost[AssetClass.STOCK] == 0
    assert assumptions.round_trip_cost[AssetClass.ETF] == Decimal("0.0002")
    wash_sale = household.wash_sale
    assert (wash_sale.identical, wash_sale.different, wash_sale.crypto) == (
        (frozenset({"GOOG", "GOOGL"}),),
        (frozenset({"IBIT", "FBTC"}),),
        True,
    )
    assert household.replacements == {"VTI": ("SCHB", "ITOT"), "BRK.B": ("VFH",), "GLD": ()}
    assert list(household.scenarios) == ["Crypto under § 1091", "Wait for next year", "California"]


def test_what_is_left_out_has_the_defaults_of_the_contract(household_file):
    household = read_household(
        household_file(
            '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 0\ndeduction = "standard"\n'
        )
    )
    assert household.taxpayer.deduction is None
    assert household.assumptions == Assumptions()
    assert (household.plan_limits.sell, household.plan_limits.minimum_loss, household.plan_limits.max_sales) == (
        True,
        0,
        None,
    )


def test_a_scenario_overrides_keys_by_their_paths_and_nothing_else(household_file):
    path = household_file(FULL)
    given, waiting = read_household(path), read_household(path, "Wait for next year")
    assert (given.scenario, waiting.scenario) == (None, "Wait for next year")
    assert (given.plan_limits.sell, waiting.plan_limits.sell) == (True, False)
    assert waiting.plan_limits.keep == given.plan_limits.keep
    assert read_household(path, "Crypto under § 1091").wash_sale.crypto is False


def test_a_scenario_with_a_state_replaces_the_rate_given_instead_of_one(household_file):
    taxpayer = read_household(household_file(FULL), "California").taxpayer
    assert (taxpayer.state, taxpayer.state_rate) == ("CA", None)
    reverse = FULL.replace("state_rate = 0.05", 'state = "NY"').replace('state = "CA"', "state_rate = 0.06")
    taxpayer = read_household(household_file(reverse), "California").taxpayer
    assert (taxpayer.state, taxpayer.state_rate) == (None, Decimal("0.06"))


def test_groups_that_contradict_one_another_by_way_of_a_third_symbol_are_refused(household_file):
    text = FULL.replace('[["goog", "GOOGL"]]', '[["A", "B"], ["B", "C"]]').replace('["IBIT", "FBTC"]', '["A", "C"]')
    assert problems(household_file(text)) == [
        "household.toml:57: A and C are said to be different, and by the groups in `identical` the same"
    ]


def test_a_pair_held_to_be_different_may_replace_one_another(household_file):
    text = FULL.replace("GLD = []", 'IBIT = ["FBTC"]')
    assert read_household(household_file(text)).replacements["IBIT"] == ("FBTC",)


def test_a_scenario_may_change_a_replacement(household_file):
    path = household_file(FULL + '[scenarios.Other]\nreplacements.vti = ["SPTM"]\n')
    changed = read_household(path, "Other").replacements
    assert (changed["VTI"], changed["BRK.B"]) == (("SPTM",), ("VFH",))


def test_an_unknown_scenario_is_refused_with_the_nearest(household_file):
    assert problems(household_file(FULL), "wait for next yr") == [
        "household.toml:65: there is no scenario `wait for next yr`; did you mean `Wait for next year`"
    ]


def test_an_unknown_scenario_of_a_household_that_has_none_points_to_where_one_could_be_added(household_file):
    text = FULL[: FULL.index("[scenarios")].rstrip() + "\n"
    assert problems(household_file(text), "Wait") == [
        f"household.toml:{text.count(chr(10))}: there is no scenario `Wait`"
    ]


def test_every_scenario_is_checked_whichever_is_asked_for(household_file):
    text = FULL + "[scenarios.Bad]\nplan.max_sale = 3\nassumptions.future_rate = 15\n[scenarios.Worse]\nplan = 3\n"
    assert problems(household_file(text)) == [
        "household.toml:72: there is no key `max_sale` in [plan]; did you mean `max_sales`",
        "household.toml:73: `future_rate` is 15: a rate is a fraction below 1",
        "household.toml:75: `plan` must be a table",
    ]


ONE_LINE = [
    ("tax_year = 2026", "", "household.toml:1: `tax_year` is missing in [taxpayer]"),
    ("tax_year = 2026", "tax_year = true", "household.toml:2: `tax_year` must be a number, not true"),
    ("tax_year = 2026", "tax_year = 2026.5", "household.toml:2: `tax_year` is 2026.5, not a whole number"),
    (
        '"married_jointly"',
        '"married_joint"',
        "household.toml:3: `filing_status` is `married_joint`; did you mean `married_jointly`",
    ),
    ("185_000.25", '"185,000"', 'household.toml:4: `ordinary_income` must be a number, not "185,000"'),
    ("185_000.25", "nan", "household.toml:4: `ordinary_income` is NaN, which is not an amount"),
    ("185_000.25", "-inf", "household.toml:4: `ordinary_income` is -Infinity, which is not an amount"),
    ("185_000.25", "1e400", "household.toml:4: `ordinary_income` is 1e+400, not a plausible amount"),
    ("185_000.25", "1e99999999999999999999", "household.toml:4: `ordinary_income` is NaN, which is not an amount"),
    ("= 3_200", "= -3_200", "household.toml:5: `qualified_dividends` is -3200, less than 0"),
    ("40_000", '"itemized"', 'household.toml:7: `deduction` is "itemized", neither "standard" nor an amount'),
    ("state_rate = 0.05", "state_rate = 5", "household.toml:8: `state_rate` is 5: a rate is a fraction below 1"),
    ("state_rate = 0.05", 'state = "Calif."', "household.toml:8: `state` is `Calif.`, not two letters"),
    (
        "state_rate = 0.05",
        'state_rate = 0.05\nstate = "CA"',
        "household.toml:8: `state` and `state_rate` are both given",
    ),
    ("short_term = 1", "short_term = -1", "household.toml:11: `short_term` is -1, less than 0"),
    ('name = "Schwab"', "", "household.toml:19: `name` is missing in [accounts]"),
    ('"Her IRA"', '"schwab"', "household.toml:25: two accounts are named `schwab`"),
    ('"roth_ira"', '"roth"', "household.toml:26: `kind` is `roth`; did you mean `roth_ira`"),
    ('"spouse"', '"wife"', "household.toml:27: `owner` is `wife`"),
    ("fractional = true", 'fractional = "yes"', 'household.toml:21: `fractional` must be true or false, not "yes"'),
    ('"ira.csv"', '"irra.csv"', "household.toml:28: `transactions` names irra.csv, and there is no such file in "),
    ('"ira.csv"', '"."', "household.toml:28: `transactions` names ., which is a folder"),
    ('"ira.csv"', f'"{"i" * 300}"', f"household.toml:28: `transactions` names {'i' * 300}, and there is no such file"),
    ('"ira.csv"', "7", "household.toml:28: `transactions` must be text or a list of texts"),
    (
        'account = "Schwab"',
        'account = "Shwab"',
        "household.toml:34: there is no account `Shwab`; did you mean",
    ),
    ("quantity = 3", "quantity = 0", "household.toml:36: `quantity` is 0: it must be above zero"),
    ("2026-12-28", "2126-12-28", "household.toml:33: `date` is 2126-12-28, years after the tax year 2026"),
    ("2026-12-28", '"2026-12-28"', 'household.toml:33: `date` must be a date, not "2026-12-28"'),
    ("2026-12-28", "2026-12-28T10:00:00", "household.toml:33: `date` must be a date, not 2026-12-28 10:00:00"),
    ("2026-12-15", "2027-01-15", "household.toml:40: `sale_date` is 2027-01-15, outside the tax year 2026"),
    ("max_sales = 25", "max_sales = -1", "household.toml:44: `max_sales` is -1, less than 0"),
    (
        "max_sales = 25",
        "max_sals = 25",
        "household.toml:44: there is no key `max_sals` in [plan]; did you mean",
    ),
    ("years_to_use_carryover = 2.5", "years_to_use_carryover = 1e9", "household.toml:51: `years_to_use_carryover` is"),
    (
        "stock = 0",
        "stonk = 0",
        ("household.toml:53: there is no key `stonk` in [assumptions.round_trip_cost]; did you mean"),
    ),
    ('[["goog", "GOOGL"]]', '[["GOOG"]]', "household.toml:56: `identical` must be a list of groups of two or more"),
    ('[["IBIT", "FBTC"]]', '[["A", "B", "C"]]', "household.toml:57: `different` must be a list of pairs of symbols"),
    ('[["IBIT", "FBTC"]]', '[["GOOG", "GOOGL"]]', "household.toml:57: GOOG and GOOGL are said to be different, and by"),
    (
        '"schb"',
        '"VTSAX"',
        "household.toml:61: buying VTSAX replaces VTI under § 1091: VTI and VTSAX are classes of one",
    ),
    ('"schb"', '"vti"', "household.toml:61: buying VTI replaces VTI under § 1091: VTI is the same security"),
    ("GLD = []", 'VOO = ["SPY"]', "household.toml:63: buying SPY may replace VOO under § 1091: VOO and SPY both track"),
    ("GLD = []", 'GOOG = ["GOOGL"]', "household.toml:63: buying GOOGL replaces GOOG under § 1091: you hold GOOG and"),
    ("GLD = []", "VTI = []", "household.toml:63: VTI is listed twice in [replacements]"),
    ("GLD = []", "GLD = 3", "household.toml:63: `GLD` must be text or a list of texts"),
    ("crypto = true", "crypto = 1", "household.toml:58: `crypto` is neither true nor false, nor a bill, nor a day"),
    ("[wash_sale]", "[washsale]", "household.toml:55: there is no key `washsale` in household.toml; did you mean"),
    ("[[accounts]]", "[accounts]", "household.toml:24: [[accounts]] stands twice: first on line 19"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), ONE_LINE)
def test_a_key_that_cannot_be_used(household_file, right, wrong, said):
    assert right in FULL
    found = problems(household_file(FULL.replace(right, wrong, 1)))
    assert [line for line in found if line.startswith(said)], found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[taxpayer]\ntax_year = 2026,\n", "household.toml:2, column 16: this is not TOML: Expected newline"),
        (b"[taxpayer]\ntax_year = 20 26\n", "household.toml:2, column 15: this is not TOML"),
        (b"[taxpayer", "household.toml:1: this is not TOML: Expected ']' at the end of a table declaration"),
        (b"[taxpayer]\nd = 2026-02-30\n", "household.toml:2, column 5: this is not TOML: Invalid date"),
        (b"[taxpayer]\nname = 'J\xfcrgen'\n", "household.toml:2: the byte 0xFC here is not UTF-8 text"),
        (b"x = " + b"[" * 5000, "household.toml: is nested too deeply"),
        (b"x = " + b"9" * 5000, "household.toml"),
        (b"", "household.toml: the file is empty"),
    ],
)
def test_a_file_that_is_no_household(tmp_path, text, said):
    (tmp_path / "household.toml").write_bytes(text)
    (found,) = problems(tmp_path)
    assert found.startswith(said)


@pytest.mark.parametrize("text", [b"name = 'J\xfcrgen'\n", b"<html><body>Sign in", b"%PDF-1.7", b"PK\x03\x04"])
def test_the_remedy_for_a_household_speaks_of_no_table_and_no_broker(tmp_path, text):
    (tmp_path / "household.toml").write_bytes(text)
    with pytest.raises(InputError) as caught:
        read_household(tmp_path)
    (problem,) = caught.value.problems
    assert "plain text in UTF-8" in problem.remedy
    assert not {"CSV", "broker", "log in"} & set(re.findall(r"CSV|broker|log in", str(problem)))


@pytest.mark.parametrize(
    ("right", "wrong", "remedy"),
    [
        ('name = "Schwab"', 'name = ""', "name each account; the name appears in every list of sales"),
        ('symbol = "vti"', 'symbol = " "', "write the ticker"),
        ("tax_year = 2026", "tax_year = -1", "write the year you plan for, such as tax_year = 2026"),
        ("max_sales = 25", "max_sales = -1", "write a positive amount, or leave the key out"),
    ],
)
def test_only_a_key_that_may_be_left_out_is_said_to(household_file, right, wrong, remedy):
    with pytest.raises(InputError) as caught:
        read_household(household_file(FULL.replace(right, wrong, 1)))
    assert caught.value.problems[0].remedy == remedy


def test_a_broken_line_is_shown(tmp_path):
    (tmp_path / "household.toml").write_text("[taxpayer]\ntax_year = 2026,\n")
    assert problems(tmp_path)[0].endswith(": tax_year = 2026,")


@pytest.mark.parametrize(
    ("as_of", "plan", "said"),
    [
        (date(2027, 1, 1), "", "household.toml:2: the as-of date 2027-01-01 is after the tax year 2026"),
        (date(2025, 12, 31), "", "household.toml:2: the as-of date 2025-12-31 is before the tax year 2026"),
        (date(2026, 12, 16), "sale_date = 2026-12-15", "household.toml:6: `sale_date` is 2026-12-15, before the as-of"),
    ],
)
def test_the_day_of_the_sales_must_still_come_within_the_year(tmp_path, as_of, plan, said):
    (tmp_path / "household.toml").write_text(
        f'[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\n[plan]\n{plan}\n'
    )
    with pytest.raises(InputError) as caught:
        load_case(tmp_path, as_of=as_of)
    assert f"{caught.value.problems[0].where}: {caught.value.problems[0].what}".startswith(said)


@pytest.mark.parametrize("as_of", [date(2026, 1, 1), date(2026, 12, 31)])
def test_the_first_and_last_day_of_the_year_are_days_to_sell_on(tmp_path, as_of):
    (tmp_path / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\n'
    )
    assert load_case(tmp_path, as_of=as_of).sale_date == as_of


def test_a_state_that_is_not_held_is_the_limit_of_our_law(tmp_path):
    (tmp_path / "household.toml").write_text(
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\nstate = "ZZ"\n'
    )
    with pytest.raises(UnsupportedLaw, match=r"household\.toml:5: "):
        load_case(tmp_path, as_of=AS_OF)


@pytest.mark.parametrize(
    ("ordinary", "investment", "cautioned"),
    [(100, 100, False), (100, 101, True), (-50, 0, False), (-50, -60, False), (-50, 1, True)],
)
def test_a_part_of_income_larger_than_the_whole_is_cautioned_about(tmp_path, ordinary, investment, cautioned):
    (tmp_path / "household.toml").write_text(
        f'[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = {ordinary}\n'
        f"net_investment_income = {investment}\n"
    )
    codes = {caution.code for caution in load_case(tmp_path, as_of=AS_OF).cautions} - {"income_small"}
    assert codes == {"investment_income_exceeds"} if cautioned else codes == set()
