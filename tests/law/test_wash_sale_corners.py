"""§ 1091 share for share, where a change of one word once passed every quick test (`make mutants PART=ledger`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.conventions import DEFAULTS
from rules.terms import AccountKind, Owner, ReplacementPurchase
from rules.wash_sale import Disallowance, LossSlice, disallow

SOLD = date(2026, 12, 15)
LOSS = LossSlice("S", "OLD", "X", SOLD, date(2026, 12, 5), Decimal(10), Decimal(100))
BOUGHT = ReplacementPurchase("P", "any", AccountKind.TAXABLE, "X", date(2026, 12, 10), Decimal(10))
OLDER = replace(BOUGHT, purchase_id="older", acquired=date(2026, 12, 1))


def matched(slices: list[LossSlice], purchases: list[ReplacementPurchase], **readings: bool) -> list[Disallowance]:
    return list(disallow(slices, purchases, lambda symbol: symbol, replace(DEFAULTS, **readings)))


def pairs(found: list[Disallowance]) -> list[tuple[str, str, int]]:
    return [(match.slice_id, match.purchase_id, int(match.quantity)) for match in found]


def test_c2_what_was_bought_before_the_shares_sold() -> None:
    """I-02: by default shares of December 1 replace shares of December 5; by the other reading later ones alone."""
    assert pairs(matched([LOSS], [OLDER, BOUGHT])) == [("S", "older", 10)]
    assert pairs(matched([LOSS], [OLDER, BOUGHT], older_replaces_newer=False)) == [("S", "P", 10)]
    same_day = replace(BOUGHT, purchase_id="same", acquired=date(2026, 12, 5))
    assert pairs(matched([LOSS], [same_day], older_replaces_newer=False)) == [("S", "same", 10)]


def test_c5_a_spouse_who_buys() -> None:
    """I-05: by default the spouse's basis keeps the loss; by the other reading it is gone, the taxpayer's own kept."""
    spouses = replace(BOUGHT, owner=Owner.SPOUSE)
    for owner, purchase, lost in (
        (Owner.TAXPAYER, spouses, True),
        (Owner.SPOUSE, spouses, False),
        (Owner.SPOUSE, BOUGHT, True),
        (Owner.TAXPAYER, BOUGHT, False),
    ):
        sold = replace(LOSS, owner=owner)
        assert [m.permanently_lost for m in matched([sold], [purchase])] == [False]
        assert [m.permanently_lost for m in matched([sold], [purchase], spouse_keeps_the_loss=False)] == [lost]


def test_a_lot_does_not_replace_itself_under_either_name() -> None:
    """Rev. Rul. 56-602: neither the lot that is held, nor what was bought together with it."""
    assert matched([LOSS], [replace(BOUGHT, lot_id="OLD")]) == []
    assert matched([LOSS], [replace(BOUGHT, lot_id="PART", bought_as="OLD")]) == []
    assert pairs(matched([LOSS], [replace(BOUGHT, lot_id="OLD", bought_as="ANOTHER")])) == [("S", "P", 10)]
    assert pairs(matched([LOSS], [replace(BOUGHT, lot_id="NEW")])) == [("S", "P", 10)]


def test_of_one_acquisition_the_order_is_by_name() -> None:
    """Reg. § 1.1091-1(b) tells no order within one purchase: by lot, then by sale, so that a plan is the same again."""
    few = replace(BOUGHT, quantity=Decimal(10))
    slices = [replace(LOSS, slice_id="2", lot_id="B"), replace(LOSS, slice_id="1", lot_id="C")]
    assert pairs(matched(slices, [few])) == [("2", "P", 10)]
    slices = [replace(LOSS, slice_id="2"), replace(LOSS, slice_id="1")]
    assert pairs(matched(slices, [few])) == [("1", "P", 10)]


def test_one_share_left_is_still_there() -> None:
    """Nine of ten replace the first loss, the last one the second."""
    slices = [
        replace(LOSS, quantity=Decimal(9), sold=date(2026, 12, 14), slice_id="first"),
        replace(LOSS, quantity=Decimal(3)),
    ]
    assert pairs(matched(slices, [BOUGHT])) == [("first", "P", 9), ("S", "P", 1)]


def test_a_slice_without_a_loss_uses_shares_up() -> None:
    """C3: shares sold at a gain are slices of no loss; half a dollar is one."""
    slices = [
        replace(LOSS, loss=Decimal(0), sold=date(2026, 12, 14), slice_id="gain"),
        replace(LOSS, loss=Decimal("0.5")),
    ]
    more = replace(BOUGHT, quantity=Decimal(15))
    found = matched(slices, [more])
    assert pairs(found) == [("gain", "P", 10), ("S", "P", 5)]
    assert [match.disallowed_loss for match in found] == [Decimal(0), Decimal("0.25")]
