"""§ 1091 in a plan: which purchases of the household cost how much of a loss, and what is said about it.

The usual case: 100 old shares at a loss of 10 each, 20,000 of long-term gain to offset at 20%, and 40 shares bought
close to the sale. All the loss saves 200.00 and gives up 1,000 φ = 92.09 (φ = 0.15 ÷ 1.05¹⁰ = 0.09208699). With 400 of
it disallowed, 120.00 is saved and 600 φ = 55.25 given up: the 400 lives on in the replacement's basis. Bought in an
IRA, the 400 is gone, and so all 1,000 is given up. The round trip costs 5,000 × 0.02% = 1.00 each time.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from household_files import ACCOUNT, AS_OF, HISTORY, TAXPAYER, codes, days_ago, planned, sold, write

from planner.domain.plan import Plan, Sale, WashState

OLD = "AAA,100,2024-01-05,6000,50,stock,old\n"
LONG_GAIN = "\n[realized]\nlong_term = 20_000\n"
WITH_HISTORY = ACCOUNT + 'transactions = "history.csv"\n'
TODAY = date(2026, 12, 8)
LONG_AGO = "2026-01-05,deposit,,0,100\n"  # the history reaches back far enough


def bought(day: date, quantity: int = 40, symbol: str = "AAA", lot_id: str = "new", asset_class: str = "stock") -> str:
    """A lot at a gain, which stays where it is."""
    return f"{symbol},{quantity},{day},{quantity},50,{asset_class},{lot_id}\n"


def other_account(kind: str = "taxable", owner: str = "taxpayer", *, name: str = "Other", files: str = "") -> str:
    return ACCOUNT + f'\n[[accounts]]\nname = "{name}"\nkind = "{kind}"\nowner = "{owner}"\n{files}'


def to_buy(
    day: date, *, quantity: int = 40, account: str = "Broker", symbol: str = "AAA", cancelable: bool = False
) -> str:
    return (
        f'\n[[planned_purchases]]\ndate = {day}\naccount = "{account}"\nsymbol = "{symbol}"\nquantity = {quantity}\n'
        f"cancelable = {str(cancelable).lower()}\n"
    )


def sale_of(plan: Plan, lot_id: str = "old") -> Sale:
    return next(sale for sale in plan.sales if sale.lot_id == lot_id)


def coverage(plan: Plan) -> list[str]:
    return [caution.text for caution in plan.cautions if caution.code == "coverage_incomplete"]


# --- the window: the sale's day and thirty days on either side ---


@pytest.mark.parametrize(("days", "disallowed"), [(0, 400), (1, 400), (29, 400), (30, 400), (31, 0), (32, 0), (90, 0)])
def test_bought_before_the_sale(tmp_path: Path, days: int, disallowed: int) -> None:
    sale = sale_of(planned(write(tmp_path, OLD + bought(days_ago(days)), LONG_GAIN)))
    assert (sale.disallowed_loss, sale.permanently_lost) == (disallowed, 0)


@pytest.mark.parametrize(
    ("days", "disallowed"), [(0, 400), (1, 400), (23, 400), (24, 400), (30, 400), (31, 0), (60, 0)]
)
def test_to_be_bought_after_the_sale(tmp_path: Path, days: int, disallowed: int) -> None:
    """The turn of the year makes no difference."""
    more = LONG_GAIN + to_buy(AS_OF + timedelta(days=days))
    sale = sale_of(planned(write(tmp_path, OLD, more)))
    assert (sale.disallowed_loss, sale.permanently_lost) == (disallowed, 0)


@pytest.mark.parametrize(("day", "disallowed"), [(date(2026, 11, 30), 0), (date(2026, 12, 1), 400)])
def test_days_are_counted_from_the_sale_not_from_today(tmp_path: Path, day: date, disallowed: int) -> None:
    """Planned on the 8th for the 31st: 31 and 30 days after these purchases, both within thirty days of today."""
    more = LONG_GAIN + "\n[plan]\nsale_date = 2026-12-31\n"
    plan = planned(write(tmp_path, OLD + bought(day), more), as_of=TODAY)
    assert sale_of(plan).date == date(2026, 12, 31)
    assert sale_of(plan).disallowed_loss == disallowed


def test_a_purchase_between_today_and_the_sale_counts(tmp_path: Path) -> None:
    more = LONG_GAIN + "\n[plan]\nsale_date = 2026-12-31\n" + to_buy(date(2026, 12, 10))
    assert sale_of(planned(write(tmp_path, OLD, more), as_of=TODAY)).disallowed_loss == 400


def test_what_is_saved_and_given_up(tmp_path: Path) -> None:
    free = planned(write(tmp_path, OLD, LONG_GAIN)).benefit
    assert (free.tax_saved, free.deferred_tax, free.trading_cost) == (200, Decimal("92.09"), 1)
    washed = planned(write(tmp_path, OLD + bought(days_ago(10)), LONG_GAIN)).benefit
    assert (washed.tax_saved, washed.deferred_tax, washed.trading_cost) == (120, Decimal("55.25"), 1)


def test_when_to_buy_again_and_the_window_that_the_sale_opens(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, OLD, LONG_GAIN))
    assert sale_of(plan).rebuy_on == date(2027, 1, 31)
    (window,) = plan.windows
    assert (window.symbol, window.first, window.last) == ("AAA", date(2026, 12, 1), date(2027, 1, 30))
    assert window.safe_on == date(2027, 1, 31)
    assert "1,000.00" in window.because


def test_a_loss_washed_whole_is_not_taken_and_the_day_to_wait_for_is_named(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, OLD + bought(days_ago(10), 100), LONG_GAIN))
    assert plan.sales == ()
    assert plan.windows == ()
    (held,) = [held for held in plan.held_back if held.lot_id == "old"]
    assert "would disallow $1,000.00 of its loss" in held.reason
    assert held.until == date(2027, 1, 21)  # 21 December + 31


# --- who bought, and where ---


@pytest.mark.parametrize("kind", ["ira", "roth_ira", "401k", "hsa", "529"])
@pytest.mark.parametrize("owner", ["taxpayer", "spouse"])
def test_bought_in_a_retirement_account_the_loss_is_gone_for_good(tmp_path: Path, kind: str, owner: str) -> None:
    """1,000 φ is given up though only 600 counts this year: 120.00 - 92.09 - 1.00."""
    history = HISTORY + LONG_AGO + f"{days_ago(10)},buy,AAA,40,1900\n"
    accounts = other_account(kind, owner, files='transactions = "ira.csv"\n')
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, ira=history))
    assert (sale_of(plan).disallowed_loss, sale_of(plan).permanently_lost) == (400, 400)
    assert plan.benefit.total == Decimal("26.91")


def test_bought_in_a_spouses_account_the_loss_moves_into_the_spouses_lot(tmp_path: Path) -> None:
    accounts = other_account(owner="spouse", files='lots = "hers.csv"\n')
    hers = "symbol,quantity,acquired,basis,price\nAAA,40," + f"{days_ago(10)},40,50\n"
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, hers=hers))
    assert (sale_of(plan).disallowed_loss, sale_of(plan).permanently_lost) == (400, 0)


def test_lots_held_in_an_ira_count_too(tmp_path: Path) -> None:
    accounts = other_account("ira", files='lots = "ira.csv"\n')
    held = "symbol,quantity,acquired,basis,price\nAAA,40," + f"{days_ago(10)},40,50\n"
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, ira=held))
    assert (sale_of(plan).disallowed_loss, sale_of(plan).permanently_lost) == (400, 400)
    assert sold(plan).keys() == {"old"}


def test_one_repurchase_washes_one_loss_and_the_earliest_bought_is_matched_first(tmp_path: Path) -> None:
    """40 shares were bought; of two old lots the older one's loss is disallowed, and only once."""
    older = "AAA,100,2023-01-05,7000,50,stock,older\n"
    plan = planned(write(tmp_path, OLD + older + bought(days_ago(10)), LONG_GAIN))
    assert (sale_of(plan, "older").disallowed_loss, sale_of(plan, "old").disallowed_loss) == (800, 0)


# --- histories ---


@pytest.mark.parametrize(
    ("action", "disallowed"),
    [
        *((action, 400) for action in ("buy", "reinvest", "vest", "exercise")),
        *((action, 0) for action in ("transfer_in", "gift_in", "inherit", "split", "other")),
    ],
)
def test_what_counts_as_acquired(tmp_path: Path, action: str, disallowed: int) -> None:
    """§ 1091(a): by purchase or taxable exchange. A reinvested dividend is a purchase, a split or a gift is none."""
    held = "2026-01-05,gift_in,AAA,40,1900\n"  # something to split
    history = HISTORY + LONG_AGO + held + f"{days_ago(10)},{action},AAA,40,1900\n"
    accounts = other_account(files='transactions = "history.csv"\n')
    assert sale_of(planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, history=history))).disallowed_loss == (
        disallowed
    )


def test_a_purchase_seen_both_as_a_lot_and_in_the_history_counts_once(tmp_path: Path) -> None:
    history = HISTORY + LONG_AGO + f"{days_ago(10)},reinvest,AAA,40,40\n"
    plan = planned(write(tmp_path, OLD + bought(days_ago(10)), LONG_GAIN, accounts=WITH_HISTORY, history=history))
    assert sale_of(plan).disallowed_loss == 400


def test_more_reinvested_than_the_lots_explain_counts_too(tmp_path: Path) -> None:
    history = HISTORY + LONG_AGO + f"{days_ago(10)},reinvest,AAA,45,40\n"
    plan = planned(write(tmp_path, OLD + bought(days_ago(10)), LONG_GAIN, accounts=WITH_HISTORY, history=history))
    assert sale_of(plan).disallowed_loss == 450


def test_shares_bought_and_sold_again_replace_nothing(tmp_path: Path) -> None:
    columns = HISTORY.replace("amount", "amount,lot_id")
    history = (
        columns + f"2026-01-05,deposit,,0,100,\n{days_ago(10)},buy,AAA,40,1900,x\n{days_ago(5)},sell,AAA,40,1900,x\n"
    )
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=WITH_HISTORY, history=history))
    assert sale_of(plan).disallowed_loss == 0


@pytest.mark.parametrize(("days", "disallowed"), [(30, 400), (31, 0)])
def test_a_history_is_read_back_to_the_thirtieth_day(tmp_path: Path, days: int, disallowed: int) -> None:
    history = HISTORY + LONG_AGO + f"{days_ago(days)},buy,AAA,40,1900\n"
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=WITH_HISTORY, history=history))
    assert sale_of(plan).disallowed_loss == disallowed


# --- purchases still to come, and calling them off ---

NEXT_WEEK = AS_OF + timedelta(days=7)


def test_a_cancelable_purchase_is_called_off_and_what_that_saves_is_exact(tmp_path: Path) -> None:
    """Kept, it would disallow 400: 200.00 - 92.09 with it called off, 120.00 - 55.25 without."""
    plan = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(NEXT_WEEK, cancelable=True)))
    assert sale_of(plan).disallowed_loss == 0
    (cancellation,) = plan.cancellations
    assert (cancellation.date, cancellation.account, cancellation.symbol) == (NEXT_WEEK, "Broker", "AAA")
    assert cancellation.quantity == 40
    assert cancellation.saves == Decimal("43.16")


def test_a_lot_that_is_sold_too_is_said_to_disallow_no_more_than_its_own_shares(tmp_path: Path) -> None:
    """120 at a loss of 10 a share, and 40 of ten days ago sold a day ahead of them: next week's purchase takes on the
    loss of these. Were they kept, they would disallow 400; the other 400 would be that purchase's."""
    lots = "AAA,120,2024-01-05,7200,50,stock,old\nAAA,40,2026-11-21,2100,50,stock,recent\n"
    plan = planned(write(tmp_path, lots, LONG_GAIN + to_buy(date(2026, 12, 21))), as_of=TODAY)
    reason = next(sale.reason for sale in plan.sales if sale.lot_id == "recent")
    assert "if kept, it would disallow $400.00 of the other lots' loss" in reason


def test_and_more_so_where_an_ira_would_buy(tmp_path: Path) -> None:
    """The 400 would be gone: 200.00 - 92.09 against 120.00 - 92.09."""
    more = LONG_GAIN + to_buy(NEXT_WEEK, account="Other", cancelable=True)
    plan = planned(write(tmp_path, OLD, more, accounts=other_account("ira")))
    assert [cancellation.saves for cancellation in plan.cancellations] == [80]


def test_saves_is_what_the_benefit_loses_when_the_purchase_stays(tmp_path: Path) -> None:
    called_off = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(NEXT_WEEK, cancelable=True)))
    kept = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(NEXT_WEEK)))
    assert kept.cancellations == ()
    assert sold(kept) == sold(called_off)
    assert called_off.benefit.total - kept.benefit.total == called_off.cancellations[0].saves


@pytest.mark.parametrize(
    "purchase",
    [
        to_buy(AS_OF + timedelta(days=31), cancelable=True),
        to_buy(NEXT_WEEK, symbol="BBB", cancelable=True),
        to_buy(days_ago(3), cancelable=True),
    ],
    ids=["after the window", "another stock", "already past"],
)
def test_purchases_that_wash_nothing_are_not_called_off(tmp_path: Path, purchase: str) -> None:
    plan = planned(write(tmp_path, OLD, LONG_GAIN + purchase))
    assert plan.cancellations == ()
    assert sale_of(plan).disallowed_loss == 0


def test_nothing_is_called_off_for_a_gain(tmp_path: Path) -> None:
    winner = "AAA,100,2024-01-05,4000,50,stock,old\n"
    more = "\n[plan]\nsell_gains = true\ncash_needed = 5_000\n" + to_buy(NEXT_WEEK, cancelable=True)
    plan = planned(write(tmp_path, winner, more))
    assert sold(plan) == {"old": 100}
    assert plan.cancellations == ()
    assert plan.windows == ()


def test_a_planned_purchase_that_is_past_is_for_the_files_to_show(tmp_path: Path) -> None:
    plan = planned(write(tmp_path, OLD, LONG_GAIN + to_buy(days_ago(3))))
    assert "planned_purchase_past" in codes(plan)
    assert sale_of(plan).disallowed_loss == 0


# --- what § 1091 reaches ---

COIN = "BTC,1,2024-01-05,6000,5000,crypto,old\n"
WITH_CRYPTO = "\n[wash_sale]\ncrypto = true\n"


def test_coins_are_exempt_however_they_are_bought_back(tmp_path: Path) -> None:
    lots = COIN + bought(days_ago(10), 1, "BTC", asset_class="crypto")
    history = HISTORY + LONG_AGO + f"{days_ago(5)},buy,BTC,1,49000\n"
    more = LONG_GAIN + to_buy(NEXT_WEEK, symbol="BTC", quantity="1")
    plan = planned(write(tmp_path, lots, more, accounts=WITH_HISTORY, history=history))
    assert sale_of(plan).disallowed_loss == 0
    assert sale_of(plan).rebuy_on is None
    assert plan.windows == ()
    assert {"crypto_exempt", "economic_substance", "crypto_proposals"} <= codes(plan)


def test_coins_are_reached_where_the_household_supposes_so(tmp_path: Path) -> None:
    """Half a coin bought back: 500 of the 1,000 is disallowed."""
    more = LONG_GAIN + to_buy(NEXT_WEEK, symbol="BTC", quantity="0.5")
    plan = planned(write(tmp_path, COIN, more + WITH_CRYPTO))
    assert sale_of(plan).disallowed_loss == 500
    assert sale_of(plan).rebuy_on == date(2027, 1, 31)
    assert [window.symbol for window in plan.windows] == ["BTC"]
    assert "crypto_exempt" not in codes(plan)


@pytest.mark.parametrize("asset_class", ["etf", "stock", "crypto"])
def test_shares_of_a_trust_that_holds_coins_are_not_exempt(tmp_path: Path, asset_class: str) -> None:
    lots = OLD.replace("AAA", "IBIT").replace("stock", asset_class)
    plan = planned(write(tmp_path, lots + bought(days_ago(10), 40, "IBIT", asset_class=asset_class), LONG_GAIN))
    assert sale_of(plan).disallowed_loss == 400
    assert "crypto_exempt" not in codes(plan)


def test_a_coin_does_not_replace_the_trust_that_holds_it(tmp_path: Path) -> None:
    lots = OLD.replace("AAA", "IBIT").replace("stock", "etf") + bought(days_ago(10), 1, "BTC", asset_class="crypto")
    assert sale_of(planned(write(tmp_path, lots, LONG_GAIN))).disallowed_loss == 0


# --- identical, by law's reading or the taxpayer's ---


def test_identical_by_choice_washes_and_opens_both_windows(tmp_path: Path) -> None:
    lots = OLD.replace("AAA", "GOOG") + bought(days_ago(10), 40, "GOOGL")
    apart = planned(write(tmp_path, lots, LONG_GAIN))
    assert (sale_of(apart).disallowed_loss, sale_of(apart).wash_state) == (0, WashState.QUESTION)
    different = planned(write(tmp_path, lots, LONG_GAIN + '\n[wash_sale]\ndifferent = [["GOOG", "GOOGL"]]\n'))
    assert sale_of(different).wash_state is not WashState.QUESTION
    assert [window.symbol for window in apart.windows] == ["GOOG"]
    together = planned(write(tmp_path, lots, LONG_GAIN + '\n[wash_sale]\nidentical = [["GOOG", "GOOGL"]]\n'))
    assert sale_of(together).disallowed_loss == 400
    assert {window.symbol: window.safe_on for window in together.windows} == dict.fromkeys(
        ("GOOG", "GOOGL"), date(2027, 1, 31)
    )


@pytest.mark.parametrize(("choice", "disallowed"), [("", 400), ('different = [["VTI", "VTSAX"]]', 0)])
def test_classes_of_one_fund_are_identical_unless_said_otherwise(tmp_path: Path, choice: str, disallowed: int) -> None:
    """I-08."""
    lots = OLD.replace("AAA", "VTI").replace("stock", "etf") + bought(days_ago(10), 40, "VTSAX", asset_class="fund")
    plan = planned(write(tmp_path, lots, LONG_GAIN + f"\n[wash_sale]\n{choice}\n"))
    assert sale_of(plan).disallowed_loss == disallowed


# --- what is said ---


@pytest.mark.parametrize(
    ("first", "cautioned"), [(days_ago(31), False), (days_ago(30), False), (days_ago(29), True), (days_ago(1), True)]
)
def test_a_history_that_begins_inside_the_window_is_incomplete(tmp_path: Path, first: date, cautioned: bool) -> None:
    plan = planned(
        write(tmp_path, OLD, LONG_GAIN, accounts=WITH_HISTORY, history=HISTORY + f"{first},deposit,,0,100\n")
    )
    assert bool(coverage(plan)) is cautioned
    if cautioned:
        assert str(first) in coverage(plan)[0]


def test_no_history_at_all_is_incomplete(tmp_path: Path) -> None:
    (text,) = coverage(planned(write(tmp_path, OLD, LONG_GAIN)))
    assert text.startswith("Broker: purchases since 2026-12-01 may be missing")


def test_an_account_said_to_exist_without_files_is_incomplete(tmp_path: Path) -> None:
    accounts = other_account("401k", name="At work").replace(ACCOUNT, WITH_HISTORY)
    plan = planned(write(tmp_path, OLD, LONG_GAIN, accounts=accounts, history=HISTORY + LONG_AGO))
    (text,) = coverage(plan)
    assert text.startswith("At work:")
    assert "no file" in text


def test_coverage_is_not_asked_for_where_nothing_can_be_washed(tmp_path: Path) -> None:
    assert coverage(planned(write(tmp_path, COIN, LONG_GAIN))) == []
    assert coverage(planned(write(tmp_path, OLD, LONG_GAIN + "\n[plan]\nsell = false\n"))) == []
    winner = "AAA,100,2024-01-05,4000,50,stock,old\n"
    assert coverage(planned(write(tmp_path, winner, "\n[plan]\nsell_gains = true\ncash_needed = 100\n"))) == []


@pytest.mark.parametrize(("days", "cautioned"), [(100, True), (181, True), (190, False)])
def test_a_fund_held_six_months_or_less(tmp_path: Path, days: int, cautioned: bool) -> None:
    plan = planned(write(tmp_path, f"VTI,100,{days_ago(days)},6000,50,etf,old\n", LONG_GAIN))
    assert ("fund_six_months" in codes(plan)) is cautioned


def test_a_call_bought_stands_for_a_hundred_shares(tmp_path: Path) -> None:
    call = f"AAA 270115C00060000,1,{days_ago(5)},200,250,option,call\n"
    plan = planned(write(tmp_path, OLD + call, LONG_GAIN))
    assert plan.sales == ()
    (held,) = (h for h in plan.held_back if h.lot_id == "old")
    assert "if all of it were sold, a purchase" in held.reason


def test_the_alternative_minimum_tax_and_section_68_are_named(tmp_path: Path) -> None:
    taxpayer = TAXPAYER.replace("400_000", "900_000").replace("deduction = 0", "deduction = 40_000")
    assert {"amt", "section_68"} <= codes(planned(write(tmp_path, OLD, LONG_GAIN, taxpayer=taxpayer)))
    assert not {"amt", "section_68"} & codes(planned(write(tmp_path, OLD, LONG_GAIN)))


def test_a_word_in_keep_that_is_nothing_held_is_named(tmp_path: Path) -> None:
    assert "keep_not_held" in codes(planned(write(tmp_path, OLD, LONG_GAIN + '\n[plan]\nkeep = ["AAB"]\n')))


@pytest.mark.parametrize(("day", "asked"), [("2027-01-07", True), ("2027-01-20", False)])
def test_only_a_purchase_inside_the_window_is_asked_about(tmp_path: Path, day: str, asked: bool) -> None:
    """Of a sale on 8 December; the 20th of January lies in the window of a sale at the year's end only."""
    later = f'[[planned_purchases]]\ndate = {day}\naccount = "Broker"\nsymbol = "VOO"\nquantity = 1\n'
    folder = write(tmp_path, "SPY,10,2024-01-05,8000,500,etf,old\n", f"{LONG_GAIN}\n{later}")
    assert ("ask_identical" in codes(planned(folder, as_of=date(2026, 12, 8)))) is asked


def test_a_purchase_to_come_is_asked_about_as_one(tmp_path: Path) -> None:
    later = '[[planned_purchases]]\ndate = 2026-12-20\naccount = "Broker"\nsymbol = "VOO"\nquantity = 1\n'
    folder = write(tmp_path, "SPY,10,2024-01-05,8000,500,etf,old\n", f"{LONG_GAIN}\n{later}")
    (text,) = [c.text for c in planned(folder, as_of=date(2026, 12, 8)).cautions if c.code == "ask_identical"]
    assert text.startswith("Would VOO, if bought within 30 days of selling SPY at a loss, be substantially identical")


def test_a_call_sold_is_not_asked_whether_it_is_the_shares_it_could_acquire(tmp_path: Path) -> None:
    """Bought 14 days before: an option on the shares for § 1091(a), and no purchase of shares beside itself."""
    call = f"NKE 270115C00065000,2,{days_ago(14)},700,180,option,call\n"
    plan = planned(write(tmp_path, call, LONG_GAIN))
    assert sold(plan)
    assert "ask_identical" not in codes(plan)


def test_one_contract_in_two_spellings_is_one_window(tmp_path: Path) -> None:
    lots = "NKE  270115C00065000,2,2024-01-05,900,180,option,occ\n"
    lots += "NKE 01/15/2027 65 CALL,1,2024-01-05,950,180,option,words\n"
    plan = planned(write(tmp_path, lots, LONG_GAIN))
    assert set(sold(plan)) == {"occ", "words"}
    (window,) = plan.windows
    assert window.because.startswith("2 lots sold")
    assert window.identical_to is None
