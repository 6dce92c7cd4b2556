"""True of § 1091's matching whatever is sold and bought; and a second matching, share by share, to hold it to."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.terms import ZERO, AccountKind, ReplacementPurchase
from rules.wash_sale import Disallowance, LossSlice, disallow, wash_window

START = date(2026, 11, 1)
DAYS = st.integers(0, 75).map(lambda n: START + timedelta(days=n))
SHARES = st.integers(1, 12).map(Decimal)
SYMBOLS = st.sampled_from(["A", "A2", "B"])
LOTS = st.sampled_from(["L0", "L1", "L2", "L3", "L4", "L5"])
ALMOST = Decimal("1e-18")


def identical(symbol: str) -> str:
    return symbol[0]


@st.composite
def slices(draw: st.DrawFn) -> list[LossSlice]:
    return [
        LossSlice(
            slice_id=f"S{n}",
            lot_id=draw(LOTS),
            symbol=draw(SYMBOLS),
            sold=draw(DAYS),
            acquired=draw(st.none() | DAYS),
            quantity=draw(SHARES),
            loss=draw(st.integers(1, 100_000).map(lambda cents: Decimal(cents) / 100)),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


@st.composite
def purchases(draw: st.DrawFn) -> list[ReplacementPurchase]:
    return [
        ReplacementPurchase(
            purchase_id=f"P{n}",
            account="any",
            account_kind=draw(st.sampled_from(AccountKind)),
            symbol=draw(SYMBOLS),
            acquired=draw(DAYS),
            quantity=draw(SHARES),
            lot_id=draw(st.none() | LOTS),
        )
        for n in range(draw(st.integers(0, 6)))
    ]


def share_by_share(sold: list[LossSlice], bought: list[ReplacementPurchase]) -> dict[tuple[str, str], int]:
    """The regulation read literally: each share sold takes the first share acquired that may still replace it."""
    shares = [
        purchase
        for purchase in sorted(bought, key=lambda p: (p.acquired, p.purchase_id))
        for _ in range(int(purchase.quantity))
    ]
    taken: set[int] = set()
    found: defaultdict[tuple[str, str], int] = defaultdict(int)
    for loss in sorted(sold, key=lambda s: (s.sold, s.acquired or date.min, s.lot_id, s.slice_id)):
        first, last = wash_window(loss.sold)
        for _ in range(int(loss.quantity)):
            for n, share in enumerate(shares):
                same = identical(share.symbol) == identical(loss.symbol)
                if n not in taken and same and first <= share.acquired <= last and share.lot_id != loss.lot_id:
                    taken.add(n)
                    found[loss.slice_id, share.purchase_id] += 1
                    break
    return dict(found)


def by_slice(found: tuple[Disallowance, ...]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for match in found:
        sums[match.slice_id] += match.disallowed_loss
    return dict(sums)


@given(slices(), purchases())
def test_as_the_regulation_matches_share_by_share(sold, bought):
    found = disallow(sold, bought, identical)
    assert {(m.slice_id, m.purchase_id): int(m.quantity) for m in found} == share_by_share(sold, bought)
    assert len({(m.slice_id, m.purchase_id) for m in found}) == len(found), "one match for a pair"


@given(slices(), purchases())
def test_each_share_sold_and_each_share_bought_is_matched_once_at_most(sold, bought):
    found = disallow(sold, bought, identical)
    for loss in sold:
        assert sum(m.quantity for m in found if m.slice_id == loss.slice_id) <= loss.quantity
    for purchase in bought:
        assert sum(m.quantity for m in found if m.purchase_id == purchase.purchase_id) <= purchase.quantity
    assert all(m.quantity > 0 for m in found)


@given(slices(), purchases())
def test_no_more_is_disallowed_than_was_lost_and_all_of_it_where_all_is_replaced(sold, bought):
    found = disallow(sold, bought, identical)
    disallowed = by_slice(found)
    for loss in sold:
        matched = sum((m.quantity for m in found if m.slice_id == loss.slice_id), ZERO)
        mine = disallowed.get(loss.slice_id, ZERO)
        assert mine <= loss.loss
        assert abs(mine - loss.loss * matched / loss.quantity) <= ALMOST
        assert matched < loss.quantity or mine == loss.loss
    assert all(m.disallowed_loss > 0 for m in found)


@given(slices(), purchases())
def test_no_match_outside_the_61_days_nor_with_itself_nor_with_another_security(sold, bought):
    losses = {loss.slice_id: loss for loss in sold}
    by_id = {purchase.purchase_id: purchase for purchase in bought}
    for match in disallow(sold, bought, identical):
        loss, purchase = losses[match.slice_id], by_id[match.purchase_id]
        assert abs((loss.sold - purchase.acquired).days) <= 30
        assert purchase.lot_id != loss.lot_id
        assert identical(loss.symbol) == identical(purchase.symbol)
        assert match.permanently_lost is (purchase.account_kind is not AccountKind.TAXABLE)


@given(slices(), purchases(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(sold, bought, rng):
    before = disallow(sold, bought, identical)
    rng.shuffle(sold)
    rng.shuffle(bought)
    assert disallow(sold, bought, identical) == before


@given(slices(), purchases(), st.data())
def test_splitting_a_slice_in_two_changes_no_total(sold, bought, data):
    wide = [loss for loss in sold if loss.quantity > 1]
    if not wide:
        return
    whole = data.draw(st.sampled_from(wide))
    part = data.draw(st.integers(1, int(whole.quantity) - 1).map(Decimal))
    share = whole.loss * part / whole.quantity
    halves = [
        replace(whole, slice_id=f"{whole.slice_id}a", quantity=part, loss=share),
        replace(whole, slice_id=f"{whole.slice_id}b", quantity=whole.quantity - part, loss=whole.loss - share),
    ]
    before = disallow(sold, bought, identical)
    after = disallow([loss for loss in sold if loss is not whole] + halves, bought, identical)
    for kind in (True, False):
        total = sum((m.disallowed_loss for m in before if m.permanently_lost is kind), ZERO)
        assert abs(sum((m.disallowed_loss for m in after if m.permanently_lost is kind), ZERO) - total) <= ALMOST
    assert sum(m.quantity for m in after) == sum(m.quantity for m in before)


@given(slices(), purchases())
def test_a_lot_split_among_two_purchases_replaces_as_much(sold, bought):
    halves = [
        replace(purchase, purchase_id=f"{purchase.purchase_id}{half}", quantity=purchase.quantity / 2)
        for purchase in bought
        for half in "ab"
    ]
    assert sum(m.quantity for m in disallow(sold, halves, identical)) == sum(
        m.quantity for m in disallow(sold, bought, identical)
    )


@given(slices(), purchases())
def test_what_is_not_bought_washes_nothing_and_buying_more_never_frees_a_loss(sold, bought):
    assert disallow(sold, [], identical) == ()
    fewer = sum(m.quantity for m in disallow(sold, bought[:-1], identical))
    assert fewer <= sum(m.quantity for m in disallow(sold, bought, identical))


class CountedDay(date):
    """A day that counts how often it is compared with the end of a window."""

    looks = 0

    def __le__(self, other: date) -> bool:
        CountedDay.looks += 1
        return super().__le__(other)


def test_a_crowded_group_is_not_searched_from_the_start_for_every_sale():
    """10,000 sales and 10,000 reinvestments of one security: comparing every pair would be a hundred million looks."""
    rng = random.Random(1091)
    sold = [
        LossSlice(f"S{n}", f"L{n}", "A", START + timedelta(days=rng.randrange(365)), None, Decimal(2), Decimal(1))
        for n in range(10_000)
    ]
    days = [CountedDay.fromordinal(START.toordinal() + rng.randrange(365)) for _ in range(10_000)]
    bought = [
        ReplacementPurchase(f"P{n}", "any", AccountKind.TAXABLE, "A", day, Decimal(1)) for n, day in enumerate(days)
    ]
    CountedDay.looks = 0
    found = disallow(sold, bought, identical)
    assert len(found) > 9_000
    assert CountedDay.looks < 40_000
