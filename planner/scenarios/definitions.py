"""Which scenarios there are: the household as given, its own, and those that every household gets without asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.analysis.comparison import AS_GIVEN, JANUARY, NAIVE, ScenarioOrigin
from planner.domain.case import Case
from planner.domain.errors import InputError, Problem
from planner.domain.household import Household
from planner.domain.tax_return import own_taxable_accounts
from planner.loader import under_scenarios
from planner.loader.tables.cells import nearest
from planner.scenarios.rules_of_thumb import Rule, every_loss, nothing, until_gains_are_zero
from rules.terms import AssetClass


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario before it is planned: the case under it, what it changes in words, why it is not comparable.

    `rule` chooses the sales where nothing is searched for; None: the best plan is.
    """

    name: str
    origin: ScenarioOrigin
    what: str
    case: Case
    apart: str = ""
    rule: Rule | None = None


def scenes_of(case: Case, names: Sequence[str] = ()) -> list[Scene]:
    """The household as given, then its own scenarios, then those built in; only the named ones where names are given.

    A built-in one gives way to one of the household's of the same name. Raises Refused for a name that there is not.
    """
    own = list(_own(case))
    taken = {scene.name.casefold() for scene in own}
    scenes = [*own, *(scene for scene in _built_in(case) if scene.name.casefold() not in taken)]
    there_are = {scene.name: scene for scene in scenes}
    unknown = [_unknown(name, there_are) for name in names if name not in there_are and name != AS_GIVEN]
    if AS_GIVEN in taken:
        what = f"a scenario is named `{AS_GIVEN}`, as the household itself is when it is compared"
        unknown.append(Problem(f"{case.household.path.name}: [scenarios]", what, "give it another name"))
    if unknown:
        raise InputError(unknown)
    under = case.household.scenario
    what = "The household as given in its file" if under is None else f"The household under its scenario “{under}”"
    as_given = Scene(AS_GIVEN, ScenarioOrigin.AS_GIVEN, what, case)
    return [as_given, *(scene for scene in scenes if not names or scene.name in names)]


def _unknown(name: str, there_are: Mapping[str, Scene]) -> Problem:
    what = f"there is no scenario `{name}`{nearest(name, there_are)}"
    return Problem("--scenario", what, f"write one of: {', '.join(there_are)}")


def _own(case: Case) -> Iterator[Scene]:
    if not case.household.scenarios:
        return
    for name, under in under_scenarios(case).items():
        changes = ", ".join(_changes(case.household.scenarios[name]))
        what = changes or "Changes nothing"
        yield Scene(name, ScenarioOrigin.HOUSEHOLD, what, under, judged_apart(case.household, under.household))


def _built_in(case: Case) -> Iterator[Scene]:
    built_in = ScenarioOrigin.BUILT_IN
    yield Scene("do nothing", built_in, "Sells nothing more this year", case, rule=nothing)
    yield Scene("sell every loss", built_in, "Sells every lot with a loss, whole", case, rule=every_loss)
    yield Scene(
        NAIVE,
        built_in,
        "Sells whole lots, the largest loss first, until they make up the net gain",
        case,
        rule=until_gains_are_zero,
    )
    household = case.household
    if _holds_coins(case) and not household.wash_sale.crypto:
        name = "crypto under § 1091"
        reached = replace(household, wash_sale=replace(household.wash_sale, crypto=True), scenario=name)
        what = "As if § 1091 covered digital assets, as pending bills propose"
        yield Scene(name, built_in, what, replace(case, household=reached), judged_apart(household, reached))
    if household.plan_limits.sell and not household.plan_limits.sell_gains:
        name = "also sell gains"
        freer = replace(household, plan_limits=household.plan_limits.changed(sell_gains=True), scenario=name)
        yield Scene(name, built_in, "May also sell lots with a gain", replace(case, household=freer))
    yield Scene(JANUARY, built_in, "Sells nothing this year, and the plan's lots in January", case, rule=nothing)


def _holds_coins(case: Case) -> bool:
    own = {account.name for account in own_taxable_accounts(case.household)}
    return any(h.lot.asset_class is AssetClass.CRYPTO and h.lot.account in own for h in case.holdings)


def judged_apart(as_given: Household, here: Household) -> str:
    """Why the net benefits of two plans cannot be compared: what they are judged by differs, not they."""
    return " and ".join(
        words
        for words, differs in (
            ("other income or carryovers", (as_given.taxpayer, as_given.carryover) != (here.taxpayer, here.carryover)),
            ("other gains taken", as_given.realized != here.realized),
            ("other accounts", as_given.accounts != here.accounts),
            ("other prices", as_given.price_changes != here.price_changes),
            ("other assumptions", as_given.assumptions != here.assumptions),
            ("other wash-sale rules", as_given.wash_sale != here.wash_sale),
        )
        if differs
    )


def _changes(changes: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """A scenario's keys as they could be written: `plan.sell = false`."""
    for key, value in changes.items():
        if isinstance(value, dict):
            yield from _changes(value, f"{above}{key}.")
        else:
            yield f"{above}{key} = {_written(value)}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, dict):
        return "{…}"
    return f'"{value}"' if isinstance(value, str) else str(value)
