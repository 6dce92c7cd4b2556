"""Corners of the ledger, each by hand: who keeps a loss, shares that are gone, chains of days, what a broker states."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rules.conventions import DEFAULTS
from rules.ledger.history import Acquisition, Chosen, LedgerAccount, LedgerSale, Move, Security, Split
from rules.ledger.outcomes import Ledger, ReplacedBy
from rules.ledger.run import OLDER, SPOUSE, keep_ledger
from rules.terms import AccountKind, Character, Owner
from rules.wash_sale import RULE

D = Decimal
X = Security("X", "X")
ACCOUNTS = (
    LedgerAccount("A"),
    LedgerAccount("B"),
    LedgerAccount("IRA", AccountKind.IRA),
    LedgerAccount("HERS", AccountKind.TAXABLE, Owner.SPOUSE),
    LedgerAccount("HER IRA", AccountKind.IRA, Owner.SPOUSE),
)
LITERALLY = replace(DEFAULTS, gone_shares_replace=True)  # C1
LONG_AGO = date(2024, 1, 2)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def lot(lot_id: str, acquired: date | None, units: int, basis: int | None, **given: Any) -> Acquisition:
    made = {"account": "A", "security": X} | given
    return Acquisition(
        lot_id, made.pop("account"), made.pop("security"), acquired, D(units), basis and D(basis), **made
    )


def sale(sale_id: str, sold: date, units: int, proceeds: int, *lots: str, **given: Any) -> LedgerSale:
    made = {"account": "A", "symbol": "X"} | given
    chosen = tuple(Chosen(D(units), name) for name in lots)
    return LedgerSale(sale_id, made.pop("account"), made.pop("symbol"), sold, D(units), D(proceeds), chosen, **made)


def books(*events: Any, conventions: Any = DEFAULTS, since: date = date.max) -> Ledger:
    kinds = [[each for each in events if isinstance(each, kind)] for kind in (Acquisition, LedgerSale, Move, Split)]
    return keep_ledger(ACCOUNTS, *kinds, conventions=conventions, open_since=since)


def by(ledger: Ledger, sale_id: str = "S") -> list[ReplacedBy]:
    (found,) = (outcome for outcome in ledger.sales if outcome.sale.sale_id == sale_id)
    return [each for row in found.by_lot for each in row.replaced_by]


def lost(ledger: Ledger, sale_id: str = "S") -> list[tuple[Decimal, Decimal, bool]]:
    return [(each.quantity, each.disallowed_loss, each.permanently_lost) for each in by(ledger, sale_id)]


OLD = lot("old", LONG_AGO, 10, 2_000)
LOSS = sale("S", day("06-15"), 10, 1_000, "old")


# --- who keeps the loss ---


@pytest.mark.parametrize(
    ("account", "gone_for_good", "rules"),
    [
        ("A", False, [RULE[AccountKind.TAXABLE]]),
        ("IRA", True, [RULE[AccountKind.IRA]]),
        ("HERS", False, [RULE[AccountKind.TAXABLE], SPOUSE]),  # I-05
        ("HER IRA", True, [RULE[AccountKind.PLAN_401K], SPOUSE]),  # I-04
    ],
)
def test_the_account_that_buys_decides(account: str, gone_for_good: bool, rules: list[str]) -> None:
    ledger = books(OLD, LOSS, lot("new", day("06-20"), 4, 500, account=account))
    assert lost(ledger) == [(4, 400, gone_for_good)]
    assert by(ledger)[0].rule == "; ".join(rules)


def test_one_purchase_in_two_accounts_takes_its_loss_by_units() -> None:
    """§ 1091(d): of ten shares bought together four were moved; 600 and 400 of the loss go with them."""
    moved = Move("M", "A", "X", day("06-14"), D(4), "B", (Chosen(D(4), "new"),))
    ledger = books(OLD, LOSS, lot("new", day("06-10"), 10, 1_000), moved)
    assert lost(ledger) == [(6, 600, False), (4, 400, False)]
    assert {each.account: each.basis for each in ledger.lots} == {"A": 1_200, "B": 800}


@pytest.mark.parametrize(("symbol", "elsewhere"), [("X", 0), ("X2", 400)])
def test_a_broker_sees_wash_sales_of_one_security_in_one_account(symbol: str, elsewhere: int) -> None:
    """§ 6045(g)(2)(B)(ii), Reg. § 1.6045-1(d)(6)(iii): the same CUSIP number and account; the rest is the owner's."""
    new = lot("new", day("06-20"), 4, 500, security=Security(symbol, "X"))
    ledger = books(OLD, LOSS, new, sale("T", day("12-01"), 4, 2_000, "new", symbol=symbol))
    (row,) = ledger.sales[1].by_lot
    assert (row.basis, row.moved, row.elsewhere) == (900, 400, elsewhere)


def test_a_part_of_what_replaced_takes_its_part_of_the_loss() -> None:
    """§ 1091(d): two of four shares that took 400 on."""
    ledger = books(OLD, LOSS, lot("new", day("06-20"), 4, 500), sale("T", day("12-01"), 2, 1_000, "new"))
    (row,), (left,) = ledger.sales[1].by_lot, ledger.lots
    assert (row.basis, row.moved) == (left.basis, left.moved) == (450, 200)


@pytest.mark.parametrize(("stated", "found"), [(0, 400), (300, 400), (700, 700), (1_500, 1_000)])
def test_what_a_broker_disallowed_beyond_ours_is_used_up_to_the_loss(stated: int, found: int) -> None:
    """I-25: four of ten shares were replaced, as we know; 1,000 is all there was to lose."""
    stating = replace(LOSS, stated_disallowed_loss=D(stated))
    ledger = books(OLD, stating, lot("new", day("06-20"), 4, 500))
    assert sum(each.disallowed_loss for each in by(ledger)) == found


# --- days ---


def test_bought_before_is_older_and_bought_with_it_is_not() -> None:
    """C2, I-02: said of shares bought before the ones sold, not on the same day, nor of lots without a day."""
    for bought, is_older in ((day("05-31"), True), (day("06-01"), False)):
        ledger = books(lot("old", day("06-01"), 10, 2_000), LOSS, lot("new", bought, 4, 500))
        assert (OLDER in by(ledger)[0].rule) is is_older
    inherited = lot("old", None, 10, 2_000, bought=False, inherited=True)
    assert OLDER not in by(books(inherited, LOSS, lot("new", day("06-01"), 4, 500)))[0].rule


def test_1223_3_days_go_on_through_a_chain() -> None:
    """Held 895 days, then 11 with those; what replaces the replacement begins as long before its own purchase."""
    ledger = books(
        OLD,
        LOSS,
        lot("new", day("06-20"), 10, 1_000),
        sale("T", day("07-01"), 10, 900, "new"),
        lot("last", day("07-05"), 10, 900),
    )
    first = day("06-20") - (day("06-15") - LONG_AGO)
    assert [each.holding_since for each in ledger.lots] == [day("07-05") - (day("07-01") - first)]
    assert ledger.sales[1].by_lot[0].character.value == "long"


def test_a_lot_without_a_day_but_with_a_start_is_known() -> None:
    ledger = books(lot("old", None, 10, 2_000, holding_since=LONG_AGO, bought=False), LOSS)
    assert ledger.gaps == ()
    assert ledger.sales[0].by_lot[0].character.value == "long"


def test_1015_a_gift_at_its_lower_basis_tacks_the_days_since_the_gift() -> None:
    """Pub. 550: the loss is measured from the gift, and so are the days that its replacement takes over."""
    gift = lot("old", day("03-02"), 10, 2_000, bought=False, holding_since=LONG_AGO, loss_basis=D(1_800))
    ledger = books(gift, LOSS, lot("new", day("06-20"), 10, 1_000))
    (row,) = ledger.sales[0].by_lot
    assert (row.basis, row.character, row.replaced_by[0].disallowed_loss) == (1_800, Character.SHORT, 800)
    assert [each.holding_since for each in ledger.lots] == [day("06-20") - (day("06-15") - day("03-02"))]


def test_units_moved_in_and_exchanged_are_there_for_the_sales_of_the_day() -> None:
    moved = Move("M", "B", "X", day("06-15"), D(10), "A")
    assert books(lot("old", LONG_AGO, 10, 2_000, account="B"), moved, LOSS).gaps == ()


def test_splits_of_one_day_go_one_after_the_other() -> None:
    """Three for one, then one for two: ten shares are fifteen."""
    splits = (Split("A", "X", day("06-01"), D(1), D(3)), Split("A", "X", day("06-01"), D(2), D(1)))
    assert [each.quantity for each in books(OLD, *splits).lots] == [15]


# --- lots of which something is not known ---


def test_a_stated_term_stands_for_a_day_that_no_one_knows() -> None:
    for character in Character:
        ledger = books(lot("old", None, 10, 2_000, bought=False, character=character), LOSS)
        assert [row.character for row in ledger.sales[0].by_lot] == [character]


def test_lots_of_one_day_go_by_name() -> None:
    ledger = books(lot("b", LONG_AGO, 10, 900), lot("a", LONG_AGO, 10, 800), sale("S", day("06-15"), 10, 1_000))
    assert [row.lot_id for row in ledger.sales[0].by_lot] == ["a"]


@pytest.mark.parametrize(
    ("arrived", "sold", "gap"),
    [
        (date(2023, 5, 1), 16, (10, 2_000, True)),  # here before the other was bought: first out
        (LONG_AGO, 16, (10, 2_000, True)),
        (day("05-01"), 16, (16, 3_200, False)),  # acquired before or after it: no one knows
        (None, 16, (16, 3_200, False)),
        (day("05-01"), 20, (10, 1_600, True)),  # all of them were sold
    ],
)
def test_first_in_first_out_with_a_lot_without_a_day(
    arrived: date | None, sold: int, gap: tuple[int, int, bool]
) -> None:
    """Reg. § 1.1012-1(c)(1): ten units of an unknown day beside ten of 2 January 2024, sold for 3,200."""
    unknown = lot("unknown", None, 10, 1_000, arrived=arrived, bought=False)
    ledger = books(unknown, lot("known", LONG_AGO, 10, 1_000), sale("S", day("06-15"), sold, 3_200))
    (found,) = ledger.gaps
    assert (found.units, found.proceeds, found.in_order) == gap
    rest = (sold - gap[0], 3_200 - gap[1])
    assert [(row.quantity, row.proceeds) for each in ledger.sales for row in each.by_lot] == [rest] * bool(rest[0])


def test_a_lot_without_a_day_must_have_come_before_every_other() -> None:
    unknown = lot("unknown", None, 10, 1_000, arrived=date(2025, 3, 3), bought=False)
    known = lot("older", LONG_AGO, 10, 1_000), lot("newer", day("05-01"), 10, 1_000)
    (found,) = books(unknown, *known, sale("S", day("06-15"), 16, 3_200)).gaps
    assert (found.units, found.in_order) == (16, False)


# --- shares that are gone (C1) ---


@pytest.mark.parametrize(("conventions", "found"), [(DEFAULTS, []), (LITERALLY, [(4, 400, True)])])
def test_shares_sold_in_an_ira_replace_only_by_the_letter(conventions: Any, found: list[Any]) -> None:
    bought, gone = lot("ira", day("06-05"), 4, 500, account="IRA"), sale("G", day("06-10"), 4, 500, account="IRA")
    ledger = books(OLD, LOSS, bought, gone, conventions=conventions)
    assert lost(ledger) == found
    assert [each.purchase_id for each in ledger.gone] == ["old"] * len(found)  # of the others none is unused


@pytest.mark.parametrize(("conventions", "found"), [(DEFAULTS, []), (LITERALLY, [(4, 400, True)])])
def test_shares_given_away_replace_only_by_the_letter_and_then_no_basis_keeps_the_loss(
    conventions: Any, found: list[Any]
) -> None:
    bought, away = (
        lot("new", day("06-05"), 4, 500),
        Move("M", "A", "X", day("06-10"), D(4), None, (Chosen(D(4), "new"),)),
    )
    assert lost(books(OLD, LOSS, bought, away, conventions=conventions)) == found


def test_shares_that_are_gone_replace_once() -> None:
    """Reg. § 1.1091-1(e), by the letter: ten sold at a gain replace four sold at a loss, then six of eight."""
    ledger = books(
        lot("one", LONG_AGO, 4, 800),
        lot("two", date(2024, 2, 1), 8, 1_600),
        lot("recent", day("06-01"), 10, 500),
        sale("G", day("06-05"), 10, 1_600, "recent"),
        sale("S", day("06-08"), 4, 400, "one"),
        sale("T", day("06-09"), 8, 800, "two"),
        conventions=LITERALLY,
        since=day("06-01"),
    )
    assert [lost(ledger, name) for name in ("S", "T")] == [[(4, 400, False)], [(6, 600, False)]]
    assert [(each.loss.quantity, each.loss.loss) for each in ledger.open_losses] == [(2, 200)]
    assert sum(row.basis for row in ledger.sales[0].by_lot) == 1_500


# --- what is not there ---


def test_a_loss_that_1091_does_not_reach_is_not_open() -> None:
    coin = lot("old", LONG_AGO, 10, 2_000, security=Security("X", None))
    assert books(coin, LOSS, since=day("01-01")).open_losses == ()
    assert books(coin, LOSS, conventions=LITERALLY).gone == ()
    assert books(OLD, replace(LOSS, exempt=True), lot("new", day("06-20"), 4, 500)).sales[0].by_lot[0].replaced_by == ()
    for since, losses in ((day("06-15"), [1_000]), (day("06-16"), [])):
        assert [each.loss.loss for each in books(OLD, LOSS, since=since).open_losses] == losses


def test_a_lot_that_is_listed_as_held_at_the_end_is_not_sold() -> None:
    ledger = books(replace(OLD, held=True), LOSS)
    assert [gap.missing for gap in ledger.gaps] == [10]
    assert [each.quantity for each in ledger.lots] == [10]
    assert [gap.missing for gap in books(lot("old", LONG_AGO, 8, 1_600), LOSS).gaps] == [2]


@pytest.mark.parametrize(("old", "new"), [(0, 2), (1, 0)])
def test_a_split_of_or_into_nothing_is_refused(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="split of X"):
        Split("A", "X", day("06-01"), D(old), D(new))
    with pytest.raises(ValueError, match="quantity must be positive"):
        lot("none", LONG_AGO, 0, 100)
    with pytest.raises(ValueError, match="quantity must be positive"):
        sale("none", LONG_AGO, 0, 100)
