"""The certificate's groups by hand (docs/model.md, "The certificate"): what lots that wash each other cost at least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from planner.optimizer.verify import small_lp
from planner.optimizer.verify.contradiction import contradict, shown
from planner.optimizer.verify.ground import _box, _told_apart
from planner.optimizer.verify.group_cost import GroupCosts, Priced, group_costs
from planner.optimizer.verify.group_terms import BoughtTogether, Group, GroupLots, _least, groups
from planner.optimizer.verify.lot_terms import LotTerms, Taken
from planner.optimizer.verify.offers import Offers, _trading
from planner.optimizer.verify.year_bound import vector
from rules.conventions import DEFAULTS
from rules.pieces.piece import Piece
from rules.terms import AccountKind, ReplacementPurchase

NEVER = np.inf


def group(others: list[int], recent: list[int], fixed: float, allowed: bool | None = None) -> Group:
    losses = np.ones(len(others))
    return Group("A", np.array(others, np.int64), np.array(recent, np.int64), fixed, 0.0, losses, (), allowed)


def costs(found: list[Group], *lots: tuple[float, ...]) -> GroupCosts:
    """Lots of 100 shares: what each costs sold whole, its loss allowed or disallowed, its charge, and what it costs
    put off, its loss allowed or disallowed."""
    padded = [(*lot, *(NEVER,) * (5 - len(lot))) for lot in lots]
    columns = (np.array(column, dtype=float) for column in zip(*padded, strict=True))
    unwashed, washed, charge, then, then_washed = columns
    none, shares = np.zeros(len(lots)), np.full(len(lots), 100.0)
    ours = GroupLots.of(found, shares)
    return group_costs(ours, Priced(unwashed, washed, charge, shares, none, then, then_washed, 0.0).of(ours.lots))


A = (-1_000, 10, 0)


@pytest.mark.parametrize(
    ("one", "lots", "least", "unwashed", "washed"),
    [
        (group([0], [], 40), [A], -596, [0.6], [0.4]),  # of -1,000 three fifths, of 10 two
        (group([0, 1], [], 40), [A, (-2_000, 10, 0)], -2_596, [0.6, 1], [0.4, 0]),  # the dearer loss is washed last
        (group([0], [1], 0), [A, (300, NEVER, 0)], -700, [1, 1], [0, 0]),  # the recent lot is sold, at 300
        (group([0], [1], 0), [A, (2_000, NEVER, 0)], 0, [0, 0], [0, 0]),  # or kept: it would wash all
        (group([0, 1], [], 40), [(-1_000, 0, 30), (-20, 0, 30)], -952, [1, 0.6], [0, 0.4]),  # both charges are whole
        (group([0, 1], [], 40), [(-1_000, 0, 30), (0, 0, 30)], -940, [1, 0], [0, 0.4]),
        (group([0, 1], [], 40), [(-1_000, 0, 30), (-20, 0, 500)], -570, [0.6, 0], [0.4, 0]),  # -482 with the other
        (group([0], [], 40, allowed=False), [A], 0, [0], [0]),
        (group([0], [], 140), [(-1_000, -5, 0)], -5, [0], [1]),  # all of it is washed
        (group([0], [], 40, allowed=False), [(-1_000, 10, 0, -50)], -50, [0], [0]),  # put off to next year
        (group([0, 1], [], 40), [(-1_000, 0, 30), (0, 0, 30, -5)], -940, [1, 0], [0, 0.4]),  # no part of it in January
    ],
)
def test_what_a_group_costs_at_the_least(
    one: Group, lots: list[tuple[float, ...]], least: float, unwashed: list[float], washed: list[float]
) -> None:
    found = costs([one], *lots)
    assert found.value.tolist() == pytest.approx([least])
    assert found.unwashed.tolist() == pytest.approx(unwashed)
    assert found.washed.tolist() == pytest.approx(washed)


JANUARY = {"fixed_then": 40.0}
RECENT_THEN = {"recent_then": np.array([0])}


@pytest.mark.parametrize(
    ("one", "around", "lots", "least"),
    [
        (group([0], [], 0), JANUARY, [(0, 10, 0, -1_000, 10)], -596),  # forty are washed in January
        (group([0], [], 0), {}, [(0, 10, 0, -1_000, 10)], -1_000),  # none are around there
        (group([0], [], 40), JANUARY, [(-500, 10, 0, -1_000, 10)], -596),  # or this year: not in both
        (group([0, 1], [], 40), JANUARY, [A, (0, 10, 0, -2_000, 10)], -2_596),  # shares wash once
        (group([0, 1], [], 0), JANUARY, [A, (0, 10, 0, -2_000, 10)], -2_596),  # forty of either year
        (group([0], [1], 0), RECENT_THEN, [(0, 10, 0, -1_000, 10), (300, NEVER, 0)], -700),  # the recent lot is sold
        (group([0], [1], 0), RECENT_THEN, [(0, 10, 0, -1_000, 10), (300, NEVER, 0, 250)], -750),  # or put off too
        (group([0], [1], 0), {}, [(0, 10, 0, -1_000, 10), (300, NEVER, 0)], -1_000),  # kept: not within 30 days
        (group([0], [1], 0), {**JANUARY, **RECENT_THEN}, [(0, 10, 0, -1_000, 10), (300, NEVER, 0)], -296),  # and forty
        (group([0], [1], 0), JANUARY, [(0, 10, 0, -1_000, 10), (300, NEVER, 0)], -596),  # of forty alone
        (group([0, 1], [2], 0), {}, [A, A, (5_000, NEVER, 0, -50)], -990),  # used, it is not put off
        (group([0], [1], 0), JANUARY, [(0, 10, 0, 5, 10), (5_000, NEVER, 0, -50)], -50),  # nothing is allowed
        (group([0], [1], 0, allowed=False), {}, [A, (5_000, NEVER, 0, -50)], -50),  # unused, it is
    ],
)
def test_what_is_put_off_meets_the_shares_around_in_january(
    one: Group, around: dict[str, Any], lots: list[tuple[float, ...]], least: float
) -> None:
    assert costs([replace(one, **around)], *lots).value.tolist() == pytest.approx([least])


def test_groups_are_asked_about_at_once() -> None:
    """Two that leave a charge open, one that does not: each as if it were alone."""
    torn = [(-1_000, 0, 30), (-20, 0, 30)]
    found = costs([group([0, 1], [], 40), group([2], [], 40), group([3, 4], [], 40)], *torn, A, *torn)
    assert found.value.tolist() == pytest.approx([-952, -596, -952])


def test_what_was_bought_with_a_lot_does_not_wash_its_loss() -> None:
    """Rev. Rul. 56-602: one loss, one gain, bought together, and again; else the gain had to be sold, at 300."""
    bought = BoughtTogether(np.array([0, 1]), 0.0, alone=False)
    two = [replace(group([], [n, n + 1], 0), own=(bought,)) for n in (0, 2)]
    lots = [(-500, 10, 0), (300, NEVER, 0)]
    assert costs(two[:1], *lots).value.tolist() == pytest.approx([-500])
    found = costs(two, *lots, *lots)
    assert found.value.tolist() == pytest.approx([-500, -500])
    assert found.unwashed.tolist() == [1, 0, 1, 0]
    assert costs([replace(one, own=()) for one in two], *lots, *lots).value.tolist() == pytest.approx([-200, -200])


def test_what_was_bought_with_a_lot_does_not_wash_its_loss_in_january() -> None:
    """Rev. Rul. 56-602: the loss is put off, and the gain bought with it is kept; forty bought otherwise wash."""
    lots = [(0, 10, 0, -500, 10), (300, NEVER, 0)]
    for others in (0, 40):
        bought = BoughtTogether(np.array([0, 1]), 0.0, alone=False, fixed_then=others)
        around = {"fixed_then": others, "recent_then": np.array([0, 1])}
        one = replace(group([], [0, 1], 0, allowed=False), own=(bought,), **around)
        assert costs([one], *lots).value.tolist() == pytest.approx([-500 * (1 - others / 100) + others / 10])
    assert costs([replace(one, own=())], *lots).value.tolist() == pytest.approx([0])


def test_which_plans_of_a_group_are_meant() -> None:
    its = GroupLots.of([group([0], [], 1, allowed) for allowed in (True, False, None)], np.ones(1))
    assert its.must_allow.tolist() == [True, False, False]
    assert its.none_allowed.tolist() == [False, True, False]


def lot_terms(*own: Group, names: tuple[str, ...] = ("s",)) -> LotTerms:
    """A loss of 1,000, and a gain of 500 in 40 shares bought lately; and a lot of another security."""
    gains, three = np.array([[-1_000.0], [500], [-7]]), np.zeros(3)
    offers = Offers(
        names, gains, np.zeros((3, 1)), three, np.array([0, NEVER, NEVER]), three, np.zeros((3, 0)), (), np.zeros(0),
        np.zeros(0, bool), np.arange(3), np.arange(3), np.array([100.0, 40, 1]), three, ("A", "A", ""),
        ("old", "recent", "b"), np.array([True, False, True]), np.zeros(3, bool),
    )  # fmt: skip
    return LotTerms(names, offers, own, (), 0.0)


def test_the_sums_of_a_group_are_those_of_the_shares_sold() -> None:
    """A dollar of gain costs 0.30: 40 shares are kept and wash 40 of the 100, for -180; to sell them were -150."""
    terms = lot_terms(group([0], [1], 0))
    assert terms.alone.tolist() == [False, False, True]
    found = terms.least(np.array([0.3]), np.zeros(0))
    assert found.value == pytest.approx(-180 - 2.1)
    assert found.gains.tolist() == pytest.approx([-600 - 7])


LIMITS = {"limits": ("sales", "dollars"), "most": np.array([1.0, 100]), "counts": np.array([True, False])}


@pytest.mark.parametrize(
    ("change", "rents", "least", "sold", "uses"),
    [
        ({}, (0, 0), -20, 1, [1, 300]),
        ({}, (5, 0), -15, 1, [1, 300]),  # a sale counts one
        ({}, (30, 0), 0, 0, [0, 0]),
        ({}, (0, 0.05), -5, 1, [1, 300]),  # 300 dollars at five cents
        ({"charge": np.array([8.0])}, (5, 0), -7, 1, [1, 300]),
        ({"duty": np.array([0.5])}, (30, 0), 10, 1, [1, 300]),  # it has to be sold: then all of it
        ({"duty": np.array([0.5])}, (30, 0.1), 35, 0.5, [1, 150]),  # or half, at 10 for all of it, which counts one
    ],
)
def test_what_a_lot_by_itself_costs(
    change: dict[str, Any], rents: tuple[float, float], least: float, sold: float, uses: list[float]
) -> None:
    terms = lot_terms()
    rows = {
        name: value[2:3]
        for name, value in vars(terms.offers).items()
        if isinstance(value, np.ndarray) and value.shape[:1] == (3,)
    }
    alone = replace(
        terms.offers,
        **(rows | {"first": np.array([0]), "lot": np.array([0]), "keys": ("",), "lot_ids": ("b",)}),
        **LIMITS,
    )
    one = replace(alone, cost=np.array([-13.0]), uses=np.array([[1.0, 300]]))
    found = replace(terms, offers=replace(one, **change)).least(np.ones(1), np.array(rents))
    assert (found.value, found.gains.tolist(), found.uses.tolist()) == (pytest.approx(least), [-7 * sold], uses)


def test_a_loss_that_only_the_state_allows_is_worth_what_it_says() -> None:
    """Disallowed federally, 1,000 of it the state's: at a price of 0.05 of that sum, 50."""
    terms = lot_terms()
    washed = np.array([[-1_000.0], [0], [0]])
    found = replace(terms, offers=replace(terms.offers, gains=np.zeros((3, 1)), by_washing=washed)).least(
        np.array([0.05]), np.zeros(0)
    )
    assert (found.value, found.gains.tolist()) == (pytest.approx(-50), [-1_000])


@pytest.mark.parametrize(("price", "least", "gains"), [(0.3, -302.1, -1_007), (-0.2, -30 - 100, 600)])
def test_a_past_loss_is_set_free_where_that_costs_less(price: float, least: float, gains: float) -> None:
    """Of 100, § 1091 disallowing it: later it is worth 10."""
    terms = replace(lot_terms(), past=(Taken(100.0, np.ones(1)),), phi=0.1)
    found = terms.least(np.array([price]), np.zeros(0))
    assert (found.value, found.gains.tolist()) == (pytest.approx(least), [gains])


def test_no_sum_leaves_the_box() -> None:
    """-1,007 and 500 of the lots, 100 of a past loss, a dollar and a cent a lot; what does not move has no room."""
    terms = lot_terms()
    two = replace(terms.offers, gains=np.pad(terms.offers.gains, ((0, 0), (0, 1))), by_washing=np.zeros((3, 2)))
    low, high = _box(np.array([2_000.0, 7]), two, [Taken(100.0, np.array([1.0, 0]))])
    assert low.tolist() == pytest.approx([2_000 - 1_007 - 1.03, 7])
    assert high.tolist() == pytest.approx([2_000 + 600 + 1.03, 7])


@pytest.mark.parametrize(
    ("wanted", "counted", "contradicts"),
    [(999, False, False), (1_000.02, False, False), (1_000.04, False, True), (1_000.04, True, True), (3, True, False)],
)
def test_limits_ask_for_more_than_all_lots_bring(wanted: float, counted: bool, contradicts: bool) -> None:
    """Of 1,000 at most, in three lots: a cent a lot is rounding, but where sales are counted."""
    takes = np.array([[-500.0], [-300], [-200]])
    asks = {"limits": ("least",), "most": np.array([-wanted]), "counts": np.array([counted])}
    offers = replace(lot_terms().offers, uses=takes, **asks)
    assert shown(offers, np.ones(1)) is contradicts
    assert contradict(offers) is contradicts
    assert not shown(offers, np.zeros(1))
    assert not contradict(lot_terms().offers)


def bought(day: date, quantity: int, lot_id: str | None = None, kind: AccountKind = AccountKind.IRA) -> Any:
    return ReplacementPurchase(f"{day}", "I", kind, "A", day, Decimal(quantity), lot_id)


DAYS = date(2026, 12, 1), date(2026, 12, 31)
RECENT = bought(date(2026, 12, 1), 40, "recent", AccountKind.TAXABLE)
ALWAYS = bought(date(2026, 12, 2), 25)


def found_among(
    lot_terms: LotTerms,
    purchases: list[ReplacementPurchase],
    spoken_for: bool = False,
    put_off_to: Sequence[date] = (),
    first: date = DAYS[0],
) -> list[Group]:
    names, days = ["o", "r", "b"], (first, DAYS[1])
    return groups(
        lot_terms.offers, names, purchases, lambda _: "A", lambda _, __: spoken_for, days, put_off_to, DEFAULTS
    )


def test_a_group_is_the_lots_of_one_security_with_purchases_around() -> None:
    (found,) = found_among(lot_terms(), [RECENT, ALWAYS])
    assert (found.key, found.others.tolist(), found.recent.tolist()) == ("A", [0], [1])
    assert (found.fixed, found.lost, found.losses.tolist()) == (25, 25, [1_000])
    (found,) = found_among(lot_terms(), [ALWAYS])  # no recent lot
    assert (found.recent.tolist(), found.fixed) == ([], 25)
    (found,) = found_among(lot_terms(), [RECENT])  # nothing else
    assert (found.recent.tolist(), found.fixed) == ([1], 0)
    assert found_among(lot_terms(), []) == []
    assert found_among(lot_terms(), [ALWAYS], spoken_for=True) == []


def test_what_was_bought_together_is_found_by_its_purchase() -> None:
    """The recent lot at a loss too: beside 25 shares bought otherwise, or with it."""
    terms = lot_terms()
    losing = replace(terms, offers=replace(terms.offers, losses=np.ones(3, dtype=bool)))
    for with_it, fixed in ((False, 25), (True, 0)):
        (found,) = found_among(losing, [RECENT, replace(ALWAYS, bought_as="r" if with_it else None)])
        (own,) = found.own
        assert (own.places.tolist(), own.fixed, own.alone) == ([0], fixed, not with_it)


def test_what_is_not_around_on_every_day_or_was_bought_with_the_loss_is_no_replacement() -> None:
    """Of November 25 is not within 30 days of December 31; 39 shares are not the lot of 40."""
    for other in (replace(RECENT, acquired=date(2026, 11, 25)), replace(RECENT, quantity=Decimal(39))):
        (found,) = found_among(lot_terms(), [other, ALWAYS])
        assert (found.recent.tolist(), found.fixed) == ([], 25)
    for with_it in (replace(ALWAYS, bought_as="o"), replace(ALWAYS, lot_id="o")):
        assert found_among(lot_terms(), [with_it]) == []
    names = ["o", "o", "b"]
    assert groups(lot_terms().offers, names, [RECENT], lambda _: "A", lambda _, __: False, DAYS, [], DEFAULTS) == []


def test_shares_permanently_lost_are_those_worth_least() -> None:
    """Losses of 10 and 1 a share: of 150 lost, 100 at 1 and 50 at 10. Of recent lots nothing is said."""
    one = replace(group([0, 1], [], 150), lost=150.0, losses=np.array([1_000.0, 100]))
    recent = replace(one, recent=np.array([2]), own=(BoughtTogether(np.array([0]), 0.0, alone=True),))
    its = GroupLots.of([one, recent, replace(one, lost=0.0)], np.full(3, 100.0))
    assert its.lost.tolist() == [600, 0, 0]
    assert its.own[1][0].places.tolist() == [2]


def test_what_is_around_where_sales_are_put_off_to_is_counted_apart() -> None:
    """To January 4, within 30 days of which December 4 is not, and December 5 is: of shares that are fixed, and of
    those of a recent lot at a loss. Shares to be bought then make a group by themselves."""
    terms = lot_terms()
    losing = replace(terms, offers=replace(terms.offers, losses=np.ones(3, dtype=bool)))
    for day, fixed, recent in ((4, 0, []), (5, 25, [0])):
        its = [replace(RECENT, acquired=date(2026, 12, day)), replace(ALWAYS, acquired=date(2026, 12, day))]
        (found,) = found_among(losing, its, put_off_to=[date(2027, 1, 4)] * 3, first=its[0].acquired)
        assert (found.fixed, found.fixed_then, found.lost_then) == (25, fixed, fixed)
        assert (found.recent_then.tolist(), found.own[0].fixed_then) == (recent, fixed)
    (found,) = found_among(terms, [bought(date(2027, 2, 3), 25)], put_off_to=[date(2027, 1, 4)] * 3)
    assert (found.fixed, found.fixed_then) == (0, 25)
    with_the_loss = replace(ALWAYS, acquired=date(2026, 12, 5), bought_as="o")
    assert found_among(terms, [with_the_loss], put_off_to=[date(2027, 1, 4)] * 3) == []


def test_without_a_loss_there_is_no_group() -> None:
    terms = lot_terms()
    none = replace(terms.offers, losses=np.zeros(3, dtype=bool))
    assert found_among(replace(terms, offers=none), [RECENT, ALWAYS]) == []


@pytest.mark.parametrize(
    ("day", "fewest"),
    [(date(2026, 12, 1), 10), (date(2026, 11, 30), 0), (date(2026, 12, 31), 10), (date(2027, 1, 1), 0)],
)
def test_shares_around_on_every_day_are_bought_within_thirty_of_each(day: date, fewest: int) -> None:
    """§ 1091(a): 30 days before and after, and the sale may be on any day of December."""
    assert _least([bought(day, 10)], *DAYS) == fewest


def test_what_trading_costs_follows_the_day_and_the_lot() -> None:
    """A rate that is another one on a later day."""
    rates = [Decimal("0.01"), Decimal("0.02"), Decimal("0.00073"), Decimal(f"0.{'3' * 19}")]
    assert _trading(np.array([100.0, 100, 1_000, 1_000]), rates, np.array([0, 1, 1, 1])).tolist() == [1, 2, 20, 20]
    dollars = [Decimal("0.07"), Decimal("1234567.89"), Decimal("98765432101234.25")]
    for n, rate in enumerate(rates):
        exact = [float(amount * rate) for amount in dollars]
        assert _trading(np.array(dollars, dtype=float), rates, np.full(3, n)).tolist() == exact


def test_pieces_of_one_name_are_told_apart() -> None:
    pieces = [Piece(name, (), ()) for name in ("", "b", "", "b", "")]
    assert [piece.name for piece in _told_apart(pieces)] == ["year", "b", "year (2)", "b (2)", "year (3)"]


def test_a_program_that_turns_in_circles_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beale's: least -0.75a + 150b - 0.02c + 6d is -0.05 at c = 1; with the first column taken, and the best one."""
    a = np.array([[1, 0, 0, 0.25, -60, -0.04, 9], [0, 1, 0, 0.5, -90, -0.02, 3], [0, 0, 1, 0, 0, 1, 0]])
    c = np.array([0, 0, 0, -0.75, 150, -0.02, 6])
    for careful in (0, 150):
        monkeypatch.setattr(small_lp, "CAREFUL", careful)
        for scale in (1.0, 1e8):
            found = small_lp.minimized(c * scale, a, np.array([0.0, 0, 1]), [0, 1, 2])
            assert found.ended
            assert float(c @ found.x) == pytest.approx(-0.05)
    assert small_lp.minimized(np.abs(c), a, np.array([0.0, 0, 1]), [0, 1, 2]).ended  # from where it begins
    monkeypatch.setattr(small_lp, "PIVOTS", 1)
    assert not small_lp.minimized(c, a, np.array([0.0, 0, 1]), [0, 1, 2]).ended


def test_a_vector_has_nothing_of_what_is_not_named() -> None:
    assert vector({"a": 2.0}, ("a", "b")).tolist() == [2, 0]
