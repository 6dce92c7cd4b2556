"""`must_sell` compared with the lots that there are: what it names must be something that can be sold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from planner.domain.duties import lots_of, may_be_sold
from planner.domain.errors import Problem
from planner.domain.household import Household
from planner.domain.input_limits import MOST_TOML_PROBLEMS
from planner.domain.plan_limits import Duty, LotFacts
from planner.domain.portfolio import Holding
from planner.domain.sellable import Sellable
from planner.domain.trading_days import can_trade
from planner.loader.tables.cells import nearest, parse_symbol
from rules.terms import AssetClass


def spelled(household: Household, holdings: Sequence[Holding]) -> Household:
    """The household with the words of `must_sell` spelled as lot ids and symbols are."""
    limits = household.plan_limits
    duties = tuple(d if lots_of(d, holdings) else replace(d, named=parse_symbol(d.named)) for d in limits.must_sell)
    return replace(household, plan_limits=limits.changed(must_sell=duties)) if duties else household


def duty_problems(household: Household, holdings: Sequence[Holding], as_of: date) -> list[Problem]:
    """What `must_sell` names and cannot be sold, each with both keys that contradict one another."""
    found: list[Problem] = []
    named: dict[str, Duty] = {}
    for duty in household.plan_limits.must_sell:
        its = lots_of(duty, holdings)
        if duty.named in named:
            what = f"`must_sell` names {duty.named} twice"
            found.append(Problem(duty.where, what, "name it once, with its quantity and date if it has any"))
        named[duty.named] = duty
        found += _of_lots(duty, its, household, as_of) if its else _of_symbol(duty, household, holdings)
        if len(found) > MOST_TOML_PROBLEMS:
            break
    return found


def _of_lots(duty: Duty, its: Sequence[Holding], household: Household, as_of: date) -> Iterator[Problem]:
    limits, sellable = household.plan_limits, Sellable.of(household)
    for holding in its:
        if (obstacle := sellable.obstacle(holding)) is not None:
            what = f"`must_sell` names {duty.named}, which cannot be sold (`{obstacle.key}`): {obstacle.words}"
            yield Problem(duty.where, what, f"remove it from `must_sell`, or correct its `{obstacle.key}`")
        for key in limits.barring(LotFacts(holding.lot), True):
            what = f"`must_sell` names {duty.named}, but `{key}` says it is never sold"
            yield Problem(duty.where, what, f"remove it from `must_sell` or from `{key}`")
    held = sum((holding.lot.quantity for holding in its), Decimal(0))
    if duty.quantity is not None and duty.quantity > held:
        what = f"`must_sell` asks for {duty.quantity:f} of {duty.named}, but only {held.normalize():f} are held"
        yield Problem(duty.where, what, "write a smaller `quantity`, or leave it out for the whole lot")
    elif duty.quantity is not None and limits.exactly and not _in_units(duty.quantity, its, household):
        what = (
            f"`must_sell` asks for exactly {duty.quantity:f} of {duty.named}, but its account sells whole shares only"
        )
        yield Problem(duty.where, what, "write a whole number, or `fractional = true` if the account sells fractions")
    if duty.day is not None:
        yield from _of_day(duty, duty.day, its[0].lot.asset_class, as_of)


def _in_units(quantity: Decimal, its: Sequence[Holding], household: Household) -> bool:
    """Whether so many can be sold: whole shares, any fraction where the account sells them, or the whole lot."""
    fractional = {account.name for account in household.accounts if account.fractional}
    lot = its[0].lot
    finest = lot.asset_class is AssetClass.CRYPTO or lot.account in fractional
    return finest or quantity == quantity.to_integral_value() or quantity == lot.quantity


def _of_day(duty: Duty, day: date, asset_class: AssetClass, as_of: date) -> Iterator[Problem]:
    if day < as_of:
        what = f"`must_sell` asks to sell {duty.named} on {day}, before the as-of date {as_of}"
        yield Problem(duty.where, what, "write a later date")
    elif not can_trade(asset_class, day):
        what = f"`must_sell` asks to sell {duty.named} on {day}, when its market is closed"
        yield Problem(duty.where, what, "write a trading day")


def _of_symbol(duty: Duty, household: Household, holdings: Sequence[Holding]) -> Iterator[Problem]:
    its = [holding for holding in holdings if holding.lot.symbol == duty.named]
    if duty.quantity is not None or duty.day is not None or not its:
        words = [word for holding in holdings for word in (holding.lot.lot_id, holding.lot.symbol)]
        is_it = "a symbol, and a quantity or a date belongs to one lot" if its else "neither a symbol held nor a lot id"
        what = f"`must_sell` names {duty.named}, which is {is_it}{'' if its else nearest(duty.named, words)}"
        yield Problem(duty.where, what, "write the id of a lot: `harvest check` lists them")
    elif not any(may_be_sold(household, its)):
        sellable = Sellable.of(household)
        keys = {obstacle.key for holding in its if (obstacle := sellable.obstacle(holding)) is not None}
        keys |= {key for holding in its for key in household.plan_limits.barring(LotFacts(holding.lot), True)}
        told = ", ".join(f"`{key}`" for key in sorted(keys))
        what = f"`must_sell` names {duty.named}, and no lot of it can be sold ({told})"
        yield Problem(duty.where, what, f"remove it from `must_sell`, or correct {told}")
