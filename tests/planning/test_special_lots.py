"""Lots with rules of their own: §§ 165(g), 852(b)(4), 1092, 1202, 1233, 1244, 1256; nothing is sold at a price of
zero."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, HISTORY, LOTS, codes, planned, printed, sold, write

from planner.domain.plan import Plan

OF_BOTH = ACCOUNT + 'transactions = "history.csv"\n'


def why_held(plan: Plan) -> dict[str, str]:
    return {held.lot_id: held.reason for held in plan.held_back}


@pytest.mark.parametrize(
    ("lot", "says"),
    [
        ("FTT,1000,2023-03-01,30000,0,crypto,a\n", "CCA 202302011"),
        ("BBBY,1000,2024-08-01,16000,0,stock,a\n", "§ 165(g)"),
        ("DUST,3,2024-08-01,16000,0.001,crypto,a\n", "CCA 202302011"),  # three tenths of a cent in all
        ("XYZ 2027-03-19 80 C,1,2026-10-01,10000,0,option,a\n", "§ 1234(a)(2)"),
    ],
)
def test_nothing_is_sold_at_a_price_of_zero(tmp_path: Path, lot: str, says: str) -> None:
    plan = planned(write(tmp_path, lot))
    assert not plan.sales
    assert says in why_held(plan)["a"]
    assert plan.baseline.net_short_term == plan.baseline.net_long_term == 0


@pytest.mark.parametrize(("acquired", "line"), [("2026-08-01", "net_short_term"), ("2024-08-01", "net_long_term")])
def test_a_worthless_security_is_lost_on_the_last_day_of_the_year(tmp_path: Path, acquired: str, line: str) -> None:
    """§ 165(g)(1): with and without a plan; the day tells whether it is long-term."""
    lots = LOTS.strip() + f",worthless\nBBBY,100,{acquired},5000,0,stock,a,true\n"
    plan = planned(write(tmp_path, lots))
    assert getattr(plan.baseline, line) == -5000
    assert "31 December" in why_held(plan)["a"]
    assert "worthless_security" in codes(plan)
    by_household = planned(
        write(tmp_path, f"BBBY,100,{acquired},5000,0.5,stock,a\n", '[special]\nworthless = ["BBBY"]\n')
    )
    assert getattr(by_household.baseline, line) == -5000


def test_a_coin_said_to_be_worthless_has_no_loss(tmp_path: Path) -> None:
    lots = LOTS.strip() + ",worthless\nLUNA,100,2024-08-01,5000,0,crypto,a,true\n"
    plan = planned(write(tmp_path, lots))
    assert plan.baseline.net_long_term == 0
    assert "CCA 202302011" in why_held(plan)["a"]


@pytest.mark.parametrize("action", ["stolen", "lost", "abandoned", "worthless"])
def test_units_gone_without_a_sale_are_no_longer_held(tmp_path: Path, action: str) -> None:
    header = "date,action,symbol,quantity,amount,asset_class\n"
    history = f"{header}2024-01-05,buy,ETH,2,8000,crypto\n2026-05-01,{action},ETH,2,0,crypto\n"
    accounts = '[[accounts]]\nname = "Wallet"\ntransactions = "history.csv"\n'
    plan = planned(write(tmp_path, "", accounts=accounts, history=history))
    assert not plan.sales
    assert not plan.held_back
    assert plan.baseline.net_long_term == 0
    assert "loss_without_sale" in codes(plan)


def test_contracts_are_marked_sixty_forty_with_a_plan_and_without(tmp_path: Path) -> None:
    """§ 1256: ended 5,000 gain, open 2,000 loss, 3,000 loss stated: nothing in all; then 1,000 more ended."""
    lots = "SPX 2027-03-19 6000 C,1,2026-10-01,10000,8000,option,a\n"
    history = HISTORY + "2026-03-01,buy,NDX 2026-06-19 20000 C,1,4000\n2026-05-01,sell,NDX 2026-06-19 20000 C,1,{}\n"
    stated = "[realized]\nsection_1256 = -3_000\n"
    even = planned(write(tmp_path, lots, stated, accounts=OF_BOTH, history=history.format(9000)))
    assert (even.baseline.net_short_term, even.baseline.net_long_term) == (0, 0)
    more = planned(write(tmp_path, lots, stated, accounts=OF_BOTH, history=history.format(10_000)))
    assert (more.baseline.net_short_term, more.baseline.net_long_term) == (400, 600)
    assert not more.sales
    assert "section_1256" in codes(more)


def test_a_contract_bought_again_the_next_day_washes_nothing(tmp_path: Path) -> None:
    """US-1256-003, § 1256(f)(5)."""
    contract = "SPX 2027-03-19 6000 C"
    rows = f"2026-10-01,buy,{contract},1,9000\n2026-12-15,sell,{contract},1,4000\n2026-12-16,buy,{contract},1,4100\n"
    plan = planned(
        write(tmp_path, f"{contract},1,2026-12-16,4100,4100,option,a\n", accounts=OF_BOTH, history=HISTORY + rows)
    )
    assert (plan.baseline.net_short_term, plan.baseline.net_long_term) == (-2000, -3000)


def test_a_contracts_loss_may_go_back_three_years(tmp_path: Path) -> None:
    """§ 1212(c): 20,000 lost, 3,000 stay; 12,000 and 3,000 go back, 2,000 is left."""
    stated = "[realized]\nsection_1256 = -20_000\nsection_1256_before = {2023 = 12_000, 2025 = 3_000}\n"
    plan = planned(write(tmp_path, "VTI,1,2024-01-05,100,300,etf,a\n", stated))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "section_1256_carryback"]
    for amount in ("$17,000.00", "$12,000.00 to 2023", "$3,000.00 to 2025", "$2,000.00 is left"):
        assert amount in text


@pytest.mark.parametrize(("status", "back"), [("single", "$5,500.00"), ("married_separately", "$7,000.00")])
def test_the_loss_allowed_comes_off_the_contracts_alone_too(tmp_path: Path, status: str, back: str) -> None:
    """§§ 1212(c)(4)(A), 1222(10): of 8,500 lost beside 10,000 of other losses, what is above 3,000, or 1,500."""
    stated = "[realized]\nlong_term = -10_000\nsection_1256 = -8_500\n"
    taxpayer = f'[taxpayer]\ntax_year = 2026\nfiling_status = "{status}"\nordinary_income = 90_000\n'
    plan = planned(write(tmp_path, "VTI,1,2024-01-05,100,300,etf,a\n", stated, taxpayer=taxpayer))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "section_1256_carryback"]
    assert text.startswith(back)


@pytest.mark.parametrize("key", ["section_1202", "section_1244"])
def test_small_business_stock_is_held_back_by_name(tmp_path: Path, key: str) -> None:
    lots = "TINY,10,2024-01-05,9000,100,stock,a\n"
    assert sold(planned(write(tmp_path, lots))) == {"a": 10}
    plan = planned(write(tmp_path, lots, f'[special]\n{key} = ["TINY"]\n'))
    assert not plan.sales
    assert key[-4:] in why_held(plan)["a"]


STOCK = "XYZ,100,2024-01-05,9000,60,stock,a\n"
PUT = "XYZ 2027-03-19 80 P,1,2026-10-01,{},2100,option,b\n"


def test_a_put_that_has_gained_defers_the_loss_of_its_stock(tmp_path: Path) -> None:
    """§ 1092(a)(1): to the extent it has gained; a put that has lost too stands against nothing."""
    plan = planned(write(tmp_path, STOCK + PUT.format(1000)))
    assert not plan.sales
    assert "$1,100.00" in why_held(plan)["a"]
    assert sold(planned(write(tmp_path, STOCK + PUT.format(2500))))["a"] == 100
    answered = planned(write(tmp_path, STOCK + PUT.format(1000), '[special]\nnot_a_straddle = ["a"]\n'))
    assert sold(answered) == {"a": 100}


def test_stock_that_has_gained_defers_the_loss_of_its_put(tmp_path: Path) -> None:
    gained = STOCK.replace("9000", "2000") + PUT.format(4000)
    plan = planned(write(tmp_path, gained))
    assert not plan.sales
    assert "$4,000.00" in why_held(plan)["b"]


def test_a_call_written_stands_against_the_stock(tmp_path: Path) -> None:
    history = HISTORY + "2026-10-01,write,XYZ 2027-01-15 90 C,1,400\n"
    plan = planned(write(tmp_path, STOCK, accounts=OF_BOTH, history=history))
    assert not plan.sales
    assert "§ 1092" in why_held(plan)["a"]
    closed = history + "2026-11-01,close,XYZ 2027-01-15 90 C,1,500\n"
    assert sold(planned(write(tmp_path, STOCK, accounts=OF_BOTH, history=closed))) == {"a": 100}


def test_shares_owed_stand_against_the_same_held(tmp_path: Path) -> None:
    """A broker's row of a short position: § 1233(b), § 1259."""
    header = "symbol,Description,Asset Class,Quantity,Date Acquired,Cost Basis,Market Value,Term\n"
    rows = "XYZ,Xyz,equity,100,2024-01-05,9000,6000,long\nXYZ,Xyz,equity,-100,2026-10-01,-7000,-6000,short\n"
    plan = planned(write(tmp_path, header + rows))
    assert not plan.sales
    assert any("§ 1233(b)" in why for why in why_held(plan).values())


@pytest.mark.parametrize("symbol", ["ABCD.WS", "ABCD.RT", "ABCD^", "ABCDW", "ABCDR"])
def test_warrants_and_rights_are_options_to_acquire(tmp_path: Path, symbol: str) -> None:
    """§ 1091(a), Rev. Rul. 56-406: fifty bought in the window wash half of the loss."""
    lots = f"ABCD,100,2024-01-05,9000,60,stock,a\n{symbol},50,2026-12-20,100,2,other,b\n"
    document = printed(write(tmp_path, lots))
    disallowed = {sale["lot_id"]: sale["disallowed_loss"] for sale in document["sales"]}
    assert disallowed.get("a", Decimal(1_500)) == 1_500
    assert "a" in disallowed or "a" in {held["lot_id"] for held in document["held_back"]}
    other = printed(write(tmp_path, lots.replace(symbol, "LOSER")))
    assert {sale["lot_id"]: sale["disallowed_loss"] for sale in other["sales"]}["a"] == 0


def test_a_young_fund_waits_where_its_distributions_are_known(tmp_path: Path) -> None:
    """§ 852(b)(4): bought on 2026-08-03; 2 dollars a share of long-term gain on 2026-12-17."""
    lots = "VFIAX,100,2026-08-03,40000,380,fund,a\n"
    assert sold(planned(write(tmp_path, lots))) == {"a": 100}
    table = '[[distributions]]\ndate = 2026-12-17\nsymbol = "VFIAX"\nper_share = 2\nkind = "{}"\n'
    for kind, says in (("long_term", "$200.00 of its loss would be long-term"), ("exempt_interest", "disallowed")):
        plan = planned(write(tmp_path, lots, table.format(kind)))
        (held,) = plan.held_back
        assert not plan.sales
        assert says in held.reason
        assert held.until is not None
        assert held.until.isoformat() == "2027-02-04"


@pytest.mark.parametrize(
    ("action", "entered"),
    [
        ("capital_gain_dividend", "short_term = 250.00 and long_term = -250.00"),
        ("exempt_interest_dividend", "short_term = 250.00 and long_term = 0.00"),
    ],
)
def test_a_young_fund_sold_already_is_named_with_what_to_enter(tmp_path: Path, action: str, entered: str) -> None:
    """§ 852(b)(4): US-FUND-001, of 100 shares: bought for 2,000, 500 paid out, sold for 1,750 within six months."""
    rows = f"2026-04-08,buy,VFIAX,100,2000\n2026-05-01,{action},VFIAX,0,500\n2026-07-12,sell,VFIAX,100,1750\n"
    accounts = '[[accounts]]\nname = "Broker"\ntransactions = "history.csv"\n'
    plan = planned(write(tmp_path, "", accounts=accounts, history=HISTORY + rows))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "fund_six_months"]
    assert entered in text
    late = rows.replace("2026-07-12", "2026-10-09")
    assert "fund_six_months" not in codes(planned(write(tmp_path, "", accounts=accounts, history=HISTORY + late)))


def test_a_young_fund_that_must_be_sold_is_named_with_its_dollars(tmp_path: Path) -> None:
    table = '[plan]\nmust_sell = ["a"]\n[[distributions]]\ndate = 2026-12-01\nsymbol = "VFIAX"\nper_share = 2\n'
    plan = planned(write(tmp_path, "VFIAX,100,2026-08-03,40000,380,fund,a\n", table + 'kind = "long_term"\n'))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "fund_six_months"]
    assert "$200.00 is long-term" in text


def test_a_dividend_on_shares_held_too_short_is_named_with_its_dollars(tmp_path: Path) -> None:
    """§ 1(h)(11)(B)(iii): a hundred of two hundred shares are sold after 56 days: half of the dividend."""
    lots = "XYZ,100,2026-11-05,9000,60,stock,a\nXYZ,100,2024-11-05,1000,60,stock,b\n"
    history = HISTORY + "2026-12-15,dividend,XYZ,0,250\n"
    plan = planned(write(tmp_path, lots, accounts=OF_BOTH, history=history))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "dividend_holding"]
    assert "$125.00" in text


@pytest.mark.parametrize(("crypto", "since"), [("true", ""), ('"H.R. 10357"', " sold from 2026-09-15 on")])
def test_a_plan_by_a_bill_says_that_it_is_not_the_law(tmp_path: Path, crypto: str, since: str) -> None:
    plan = planned(write(tmp_path, "ETH,1,2024-01-05,4000,2500,crypto,a\n", f"[wash_sale]\ncrypto = {crypto}\n"))
    (text,) = [caution.text for caution in plan.cautions if caution.code == "reading_chosen"]
    assert f"§ 1091 covers digital assets{since}. No law in force says so" in text
