"""The certificate by hand (docs/model.md, "The certificate"): one piece, a small program, what does not fit."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from household_files import ACCOUNT, AS_OF, TAXPAYER, days_ago, planned, write

from planner.domain.certificate import Certificate
from planner.loader import load_case
from planner.optimizer.candidates import candidates
from planner.optimizer.pipeline import ask
from planner.optimizer.proof import START, ground_of
from planner.optimizer.verify.certificate import ROUNDING, certified_bound, certify
from planner.optimizer.verify.ground import Ground
from planner.optimizer.verify.multipliers import Climb
from planner.optimizer.verify.offers import _kinds, _named, january_allowed
from planner.optimizer.verify.small_lp import SmallProgram, minimized
from planner.optimizer.verify.year_bound import PieceArrays, PieceProgram, proved, vector
from rules.pieces.piece import Affine, Piece

D = Decimal


def line(slope: str, constant: str) -> Affine:
    return Affine({"s": D(slope)}, D(constant))


# {s >= 5} with a cost of max(0, s - 10) + s / 2, on 0 to 20
PIECE = PieceArrays.of(
    Piece("year", (line("1", "-5"),), ((line("0", "0"), line("1", "-10")), (line("0.5", "0"),))), ("s",)
)
LOW, HIGH = np.array([0.0]), np.array([20.0])


def at(price: float, weights: tuple[float, ...], sides: tuple[float, ...]) -> float:
    return proved(PIECE, LOW, HIGH, np.array([price]), weights, sides)


@pytest.mark.parametrize(
    ("price", "weights", "side", "least"),
    [
        (1.0, (0.5, 0.5, 1.0), 0.0, -5.0),  # at s = 10: 5 - 10
        (1.0, (2.0, 2.0, 7.0), 0.0, -5.0),  # weights that sum to more are scaled, term by term
        (1.0, (1.0, 0.0, 1.0), 0.0, -10.0),  # others prove less: -s/2 at 20
        (1.0, (1.0, -3.0, 1.0), 0.0, -10.0),  # none is below zero
        (-1.0, (1.0, 0.0, 1.0), 1.5, 7.5),  # at s = 5: 2.5 + 5
        (-1.0, (1.0, 0.0, 1.0), -1.5, 0.0),
    ],
)
def test_what_multipliers_prove_of_a_piece(price: float, weights: tuple[float, ...], side: float, least: float) -> None:
    assert at(price, weights, (side,)) == least


@pytest.mark.parametrize(
    ("weights", "sides"),
    [
        ((1.0, 1.0), (0.0,)),
        ((1.0, 1.0, 1.0), ()),
        ((0.0, 0.0, 1.0), (0.0,)),  # no weight in a term
        ((1.0, math.nan, 1.0), (0.0,)),
        ((1.0, 1.0, 1.0), (math.inf,)),
    ],
)
def test_multipliers_that_do_not_fit_a_piece_prove_nothing(
    weights: tuple[float, ...], sides: tuple[float, ...]
) -> None:
    assert at(1.0, weights, sides) == -math.inf


@pytest.mark.parametrize(("price", "least", "point"), [(1.0, -5.0, 10.0), (-1.0, 7.5, 5.0), (2.0, -20.0, 20.0)])
def test_the_best_multipliers_of_a_piece_are_found(price: float, least: float, point: float) -> None:
    found = PieceProgram(PIECE, LOW, HIGH).at(np.array([price]))
    assert (found.value, abs(found.point[0])) == (pytest.approx(least), pytest.approx(point))


def test_a_piece_without_a_point_in_the_box_costs_more_than_anything() -> None:
    assert PieceProgram(PIECE, LOW, np.array([4.0])).at(np.array([1.0])).value > 1e11


A = np.array([[1.0, 0, 1, 0, 0], [0, 2, 0, 1, 0], [3, 2, 0, 0, 1]])
C = np.array([-3.0, -5, 0, 0, 0])


def test_a_small_program_by_hand() -> None:
    """Most 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6). Rows are worth 0, 1.5 and 1."""
    found = minimized(C, A, np.array([4.0, 12, 18]), [2, 3, 4])
    assert found.ended
    assert found.x.tolist() == pytest.approx([2, 6, 2, 0, 0])
    assert found.duals.tolist() == pytest.approx([0, -1.5, -1])
    assert sorted(found.basis) == [0, 1, 2]


def test_a_small_program_without_end_names_the_way() -> None:
    """Least -x with x - y = 1: up along (1, 1)."""
    found = minimized(np.array([-1.0, 0]), np.array([[1.0, -1]]), np.array([1.0]), [0])
    assert not found.ended
    assert found.ray is not None
    assert found.ray.tolist() == [1, 1]


def test_a_known_basis_answers_where_it_is_feasible_and_only_there() -> None:
    program = SmallProgram(C, A)
    for b, best in (
        ([4.0, 12, 18], -36),
        ([5.0, 12, 18], -36),
        ([4.0, 10, 18], -33),
        ([1.0, 12, 18], -33),
        ([4.0, 12, 12], -30),
    ):
        found = program.minimized(np.array(b), [2, 3, 4])
        assert float(C @ found.x) == pytest.approx(best)
        assert (A @ found.x).tolist() == pytest.approx(b)


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    lots = "AAA,30,2024-01-05,60000,1000,stock,\nBBB,31,2025-01-06,62000,1010,stock,\n"
    more = "\n[realized]\nlong_term = 30_000\n[plan]\nmax_turnover = 40_000\n"
    folder: Path = write(tmp_path_factory.mktemp("on"), lots, more)
    return ground_of(ask(load_case(folder, as_of=AS_OF)))


def without_last(numbers: tuple[Any, ...]) -> tuple[Any, ...]:
    return numbers[:-1]


def test_a_certificate_that_does_not_fit_the_household_proves_nothing(on: Ground) -> None:
    good = certify(on, [vector(START, on.names)], D(0))
    bound = certified_bound(on, good)
    assert bound is not None
    first, *others = good.pieces

    def changed(**change: Any) -> Certificate:
        return replace(good, pieces=(replace(first, **change), *others))

    for other in (
        replace(good, pieces=good.pieces[:-1]),
        replace(good, pieces=(*good.pieces, replace(first, name="another"))),
        replace(good, sums=without_last(good.sums)),
        replace(good, limits=without_last(good.limits)),
        changed(name="another"),
        changed(prices=without_last(first.prices)),
        changed(rents=without_last(first.rents)),
        changed(prices=(math.nan, *first.prices[1:])),
        changed(rents=(math.inf, *first.rents[1:])),
        changed(rents=(-1.0, *first.rents[1:])),
        changed(weights=()),
    ):
        assert certified_bound(on, other) is None
    more = certified_bound(on, replace(good, rounding=ROUNDING + 1))
    assert (more, certified_bound(on, replace(good, rounding=D(0)))) == (bound + 1, bound)  # rounding is never less


def test_the_best_plane_of_a_piece_is_kept(on: Ground) -> None:
    """Asked again for less, a climb answers with what it has met already."""
    climb = Climb(on, [vector(START, on.names)])
    met = climb.climbed(0, 1e9).value
    assert met > climb._plane(0, 0).value
    assert climb.climbed(0, -1e9).value == met


def test_a_rent_of_a_limit_pays_for_what_the_limit_allows(on: Ground) -> None:
    """A dollar more of rent on a turnover of 40,000: at most 40,000 less cost, beside what the lots then cost more."""
    good = certify(on, [vector(START, on.names)], D(0))
    free, dear = (
        replace(good, pieces=tuple(replace(piece, rents=tuple(rent for _ in piece.rents)) for piece in good.pieces))
        for rent in (0.0, 1000.0)
    )
    low, high = certified_bound(on, free), certified_bound(on, dear)
    assert low is not None
    assert high is not None
    assert 30_000_000 < high - low < 40_000_000


LONG_GAIN = "\n[realized]\nlong_term = 20_000\n"
OLD, OLDER = "AAA,100,2024-01-05,6000,50,stock,old\n", "AAA,60,2024-03-05,4200,50,stock,older\n"
LOSING, GAINING = (f"AAA,40,{days_ago(10)},{basis},50,stock,recent\n" for basis in (2_400, 40))
BESIDE = f"BBB,30,2024-01-05,6000,100,stock,b\nBBB,10,{days_ago(5)},900,100,stock,b2\n"
IN_AN_IRA = {
    "accounts": ACCOUNT + '[[accounts]]\nname = "I"\nkind = "ira"\nlots = "ira.csv"\n',
    "ira": f"symbol,quantity,acquired,basis,price,asset_class,lot_id\nAAA,25,{days_ago(3)},1000,50,stock,ii\n",
}


@pytest.mark.parametrize(
    ("lots", "more", "files"),
    [
        (OLD + GAINING, "", {}),  # 40 of 100 are washed
        (OLD + LOSING, "", {}),  # both go, and nothing is left that washes
        (OLD + OLDER + GAINING, "", {}),  # which of the two is washed, is the order's choice
        (OLD + GAINING + BESIDE, "", {}),  # two groups
        (OLD, "", IN_AN_IRA),  # the loss is permanently lost
        (OLD + GAINING, "\n[assumptions]\ncost_per_sale = 5\n", {}),
        (OLD + LOSING, '\n[plan]\nmust_sell = ["recent"]\n', {}),
    ],
)
def test_lots_that_wash_each_other_are_bounded_to_the_cent(
    tmp_path: Path, lots: str, more: str, files: dict[str, str]
) -> None:
    """The bound of a group is not only true: for these it is what its best plan costs."""
    folder = write(tmp_path, lots, LONG_GAIN + more, **files)
    plan = planned(folder)
    on = ground_of(ask(load_case(folder, as_of=AS_OF)))
    bound = certified_bound(on, certify(on, [vector(START, on.names)], plan.benefit.total))
    assert bound is not None
    assert 0 <= bound - plan.benefit.total <= D("0.05")


@pytest.mark.parametrize(
    ("january", "last_day", "allowed"),
    [(True, None, True), (True, date(2027, 1, 4), True), (True, date(2026, 12, 18), False), (False, None, False)],
)
def test_a_last_day_in_the_year_leaves_no_january(
    tmp_path: Path, january: bool, last_day: date | None, allowed: bool
) -> None:
    plan = f"\n[plan]\njanuary = {str(january).lower()}\n" + (f"last_sale_date = {last_day}\n" if last_day else "")
    question = ask(load_case(write(tmp_path, OLD, LONG_GAIN + plan), as_of=date(2026, 12, 8)))
    limits = question.case.household.plan_limits
    assert january_allowed(limits, question.setting) is allowed


def test_offers_by_hand(tmp_path: Path) -> None:
    """A loss of 1,000 in 5,000 of proceeds that 40 recent shares may wash: what the state allows of it, what it takes
    of limits, and that what must be sold is not put off."""
    plan = '\n[plan]\njanuary = true\ncash_needed = 3_000\nmax_turnover = 4_000\nmust_sell = ["recent"]\n'
    state = TAXPAYER.replace("state_rate = 0.05", 'state = "PA"')
    on = ground_of(ask(load_case(write(tmp_path, OLD + GAINING, plan, taxpayer=state), as_of=AS_OF)))
    some = on.offers
    assert some.lot.tolist() == [0, 0, 1]
    assert some.put_off.tolist() == [False, True, False]
    assert on.names[3:] == ("disallowed", "january")
    assert some.gains.tolist() == [[0, -1_000, 0, 0, 0], [0, 0, 0, 0, -1_000], [1_960, 0, 0, 0, 0]]
    assert some.by_washing[:, 3].tolist() == [1_000, 0, -1_960]
    assert dict(zip(some.limits, some.most.tolist(), strict=True)) == {"cash_needed": -3_000, "max_turnover": 4_000}
    assert some.uses.tolist() == [[5_000, -5_000], [5_000, 0], [2_000, -2_000]]


@pytest.mark.parametrize(("symbol", "long"), [("AAA", 1), ("GLD", 2)])
@pytest.mark.parametrize("offered", [0, 1])
def test_days_that_are_not_offered_count_too(tmp_path: Path, symbol: str, long: int, offered: int) -> None:
    """§§ 1222, 1(h)(5): a lot that turns long-term on December 19, offered before or after; the other day is added."""
    lots = f"{symbol},100,2025-12-18,6000,50,{'etf' if long == 2 else 'stock'},a\n"
    question = ask(load_case(write(tmp_path, lots, LONG_GAIN), as_of=date(2026, 12, 8)))
    assert question.field.candidates.basket.tolist() == [0, long]
    few = candidates(question.case, lambda holding: question.days.one(holding)[offered : offered + 1]).candidates
    assert few.basket.tolist() == [long if offered else 0]
    lot, basket, _ = _kinds(few, question.days, question.setting, january=False)
    assert (lot.tolist(), sorted(basket.tolist())) == ([0, 0], [0, long])


def test_what_an_idle_year_costs_counts_both_carryovers(tmp_path: Path) -> None:
    """50,000 of losses taken, of one kind or both: after 3,000 against other income the same is carried."""
    idle = []
    for name, short, long in (("a", 50_000, 0), ("b", 20_000, 30_000)):
        (tmp_path / name).mkdir()
        realized = f"\n[realized]\nshort_term = -{short}\nlong_term = -{long}\n"
        folder = write(tmp_path / name, OLD, realized + "[assumptions]\nyears_to_use_carryover = 1\n")
        question = ask(load_case(folder, as_of=AS_OF))
        idle.append(ground_of(question).idle)
        assert idle[-1] < question.baseline.total_tax - 1_000  # what is carried is worth something
    assert idle[0] == idle[1]


def test_a_lot_of_a_security_without_purchases_is_not_washed(tmp_path: Path) -> None:
    """And of a limit on the number of sales each takes one."""
    lots = OLD + GAINING + "BBB,30,2024-01-05,6000,100,stock,b\n"
    folder = write(tmp_path, lots, LONG_GAIN + "\n[plan]\nmax_sales = 2\nsell_gains = true\n")
    some = ground_of(ask(load_case(folder, as_of=AS_OF))).offers
    assert np.isfinite(some.washed).tolist() == [True, False, False]
    assert some.keys[0] == some.keys[1] != some.keys[2] == ""
    assert (some.uses.tolist(), some.most.tolist(), some.counts.tolist()) == ([[1], [1], [1]], [2], [True])


def test_limits_of_one_name_are_told_apart() -> None:
    """By their order, so that a certificate fits one household only."""
    once, *others = _named([SimpleNamespace(name=name) for name in ("cash", "cash", "turnover", "cash")])  # type: ignore[list-item]
    assert [once, *others] == ["cash", "cash 2", "turnover", "cash 3"]


SOLD = "symbol,quantity,acquired,sold,proceeds,basis\nAAA,10,2025-02-01,2026-12-01,1000,3000\n"
MAY_GO, STAYS = (
    '[[planned_purchases]]\ndate = 2026-12-20\naccount = "Broker"\nsymbol = "AAA"\n'
    f"quantity = 6\ncancelable = {cancelable}\n"
    for cancelable in ("true", "false")
)
TAKEN = {"accounts": ACCOUNT + 'realized = "realized.csv"\n', "realized": SOLD}
JANUARY = "\n[plan]\njanuary = true\nmax_turnover = 4_000\n"


@pytest.mark.parametrize(
    ("lots", "more", "files", "as_of"),
    [
        (OLD + GAINING + BESIDE, JANUARY + "cash_needed = 3_000\nmax_sales = 3\n", {}, AS_OF),
        (OLD + LOSING, '\n[plan]\nmust_sell = ["recent"]\nmax_turnover = 6_000\nmax_sales = 1\n', {}, AS_OF),
        (OLD + BESIDE.splitlines()[0] + "\n", JANUARY + "cash_needed = 3_000\n" + MAY_GO, TAKEN, date(2026, 12, 8)),
    ],
)
def test_the_sums_and_uses_are_how_the_least_cost_moves(
    tmp_path: Path, lots: str, more: str, files: dict[str, str], as_of: date
) -> None:
    """At any prices: a little more for a sum costs what there is of it, and so for a limit's rent."""
    state = TAXPAYER.replace("state_rate = 0.05", 'state = "PA"')  # what is washed is a sum there
    on = ground_of(ask(load_case(write(tmp_path, lots, LONG_GAIN + more, taxpayer=state, **files), as_of=as_of)))
    dice, little = np.random.default_rng(5), 1e-6
    for _ in range(8):
        prices, rents = dice.uniform(-1, 1, len(on.names)), dice.uniform(0, 0.03, len(on.offers.most))
        here = on.least(prices, rents)
        of_past = sum(min(0.0, (float(taken.enters @ prices) - on.phi) * taken.loss) for taken in on.past)
        assert here.value == pytest.approx(here.of_lots.sum() + here.of_groups.sum() + of_past, abs=1e-6)
        for moved, of in ((prices, here.gains), (rents, here.uses)):
            for n, slope in enumerate(of):
                moved[n] += little
                more_dear = on.least(prices, rents).value
                moved[n] -= little
                assert (more_dear - here.value) / little == pytest.approx(slope, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("buys", "undecided", "long"), [(MAY_GO, [2_000], 18_000), (STAYS, [], 19_200), ("", [], 18_000)]
)
def test_a_loss_already_taken_waits_for_what_may_be_called_off(
    tmp_path: Path, buys: str, undecided: list[int], long: int
) -> None:
    """§ 1091(a): of 10 shares sold at a loss of 2,000 six would be bought again, 1,200 of it."""
    on = ground_of(ask(load_case(write(tmp_path, "", LONG_GAIN + buys, **TAKEN), as_of=date(2026, 12, 8))))
    assert [taken.loss for taken in on.past] == undecided
    assert on.before[1] == long
