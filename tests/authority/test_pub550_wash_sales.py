"""IRS Pub. 550 (2025), "Wash Sales": its own examples, with its own figures."""

from datetime import date

from rules.wash_sale import wash_window
from tests.ledger_cases import basis, expect, law_case, replacements, sold


def test_wash_sale_example_1():
    """100 shares bought for 1,000, sold for 750, and 100 bought for 800 within 30 days: 250 lost to § 1091."""
    books = expect(law_case("US-WS-001"))
    assert basis(books, "L2") == 1_050


def test_more_or_less_bought_than_sold_example_1():
    """75 of the 100 shares sold were replaced: 750 disallowed, 250 allowed, and the first acquired is matched first."""
    books = expect(law_case("US-WS-002"))
    assert [(by.lot_id, by.disallowed_loss) for by in replacements(books, "S1")] == [("D13", 500), ("D20", 250)]


def test_more_or_less_bought_than_sold_example_2():
    """200 bought after 100 were sold: the first 100 carry the loss, 500 to each 50."""
    books = expect(law_case("US-WS-003"))
    assert [by.lot_id for by in replacements(books, "S1")] == ["F3", "F4"]


def test_loss_and_gain_on_the_same_day():
    """Blocks at 158, 100 and 95 sold at 125: the 3,300 is disallowed, the gains of 2,500 and 3,000 are taxed."""
    books = expect(law_case("US-WS-004"))
    assert [lot.lot_id for lot in sold(books, "S1").by_lot if lot.replaced_by] == ["B158"], "gains are not washed"


def test_a_wash_sale_is_within_30_days_before_or_after():
    first, last = wash_window(date(2026, 12, 15))
    assert (first, last) == (date(2026, 11, 15), date(2027, 1, 14))
    assert (last - first).days + 1 == 61


def test_your_spouse_buys():
    """ "If you sell stock and your spouse … buys substantially identical stock, you also have a wash sale." """
    books = expect(law_case("US-WS-021"))
    (by,) = replacements(books, "S1")
    assert (by.account, by.disallowed_loss, by.permanently_lost) == ("W", 1_000, False)
    assert "Pub. 550: a spouse's purchase; I-05" in by.rule
