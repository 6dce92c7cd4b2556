"""What must be said of the state's tax (§ 164(a)(3)): what it leaves out, and what of it is the household's to give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.household import Taxpayer
from planner.domain.income_keys import OrdinaryKind
from planner.domain.tax_return import own_taxable_accounts
from planner.ledger.results import Disposition
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting
from rules.liability import Liability, TaxReturn
from rules.terms import ZERO, FilingStatus, Owner

_GIVE = ": give it as `state_subtractions`"
_BENEFITS = "its own exclusion of social security"
_MOVES = (
    " Sales that change how much of the benefits is taxed federally change that exclusion; `state_subtractions` is "
    "one amount with and without the plan: the state tax saved may be off by the state's rate on that change."
)


def state_cautions(
    case: Case, facts: TaxReturn, sales: Sequence[SaleFigures], dispositions: Sequence[Disposition]
) -> Iterator[Caution]:
    """What the state tax leaves out, and whether the deduction and the income it takes are the household's own."""
    if facts.state is None or facts.state.figures is None:
        return
    file = facts.state.figures.file
    taxpayer = case.household.taxpayer
    retired = facts.state.taxes_income and not taxpayer.state_subtractions and _retired(taxpayer)
    way = (
        f" Pensions and other retirement income are taxed here as federally: if {file.name} does not tax all of yours, "
        "enter what it does not tax as `state_subtractions`."
    )
    caution = facts.state.caution
    if taxpayer.state_subtractions:
        caution = caution.replace(_GIVE, ": your `state_subtractions` stand for it")
    keys = taxpayer.edges
    moves = keys is not None and keys.social_security > 0 and any(_BENEFITS in left_out for left_out in file.left_out)
    yield Caution("state_estimate", caution + (way if retired else "") + (_MOVES if moves else ""))
    itemized = facts.deduction != facts.law.standard_deduction[facts.status]
    if itemized and facts.state_items.deduction is None and facts.state.own_deduction:
        yield Caution(
            "state_deduction",
            f"{file.name}: the state's standard deduction is used. If you itemize on the "
            "state return, enter that amount as `state_deduction` in [taxpayer].",
        )
    if file.code == "PA" and facts.status is FilingStatus.MARRIED_JOINTLY:
        yield from _spouses_apart(case, facts.state.figures.amount("rate"), sales, dispositions)


def _retired(taxpayer: Taxpayer) -> bool:
    """Whether the household says it has a pension or benefits, or is 59½ by the end of the year (§ 72(t)(2)(A)(i))."""
    keys = taxpayer.edges
    if keys is None:
        return False
    last = date(taxpayer.tax_year - 59, 6, 30)  # born by then: 59 years and six months old at the year's end
    old = any(born is not None and born <= last for born in (keys.born, keys.spouse_born))
    return old or keys.ordinary_kind is OrdinaryKind.PENSION or keys.social_security > 0


def _spouses_apart(
    case: Case, rate: Decimal, sales: Sequence[SaleFigures], dispositions: Sequence[Disposition]
) -> Iterator[Caution]:
    """61 Pa. Code § 121.15(d): a spouse's losses meet that spouse's gains only; here a couple's are one sum (I-63)."""
    owners = {account.name: account.owner for account in own_taxable_accounts(case.household)}
    net: dict[Owner, Decimal] = defaultdict(lambda: ZERO)
    for sale in sales:
        net[owners[sale.order.holding.lot.account]] += sale.gain
    for past in dispositions:
        if past.account in owners and past.sold.year == case.household.taxpayer.tax_year:
            net[owners[past.account]] += past.gain_before_wash
    loss, gain = min(net.values(), default=ZERO), max(net.values(), default=ZERO)
    if loss < 0 < gain:
        yield Caution(
            "state_spouses",
            f"One spouse's sales come to a loss of ${-loss:,.2f}, the other's to a gain of ${gain:,.2f}. Pennsylvania "
            "does not net one spouse's losses against the other's gains (61 Pa. Code § 121.15(d)); here they are "
            f"netted (I-63). Its tax may be up to ${rate * min(-loss, gain):,.2f} more.",
        )


def carried_at_nothing(case: Case, setting: Setting, year: Liability) -> Iterator[Caution]:
    """A loss that is carried on and valued at nothing, since the federal return taxes no ordinary income, where the
    state taxes some or a credit moves with income (I-100, L-198)."""
    by_schedule = case.household.assumptions.years_to_use_carryover is None
    carried = year.carryover_short + year.carryover_long
    if not by_schedule or carried <= 0 or setting.carryover.next_dollar(ZERO) > 0:
        return
    left_out = ["state tax"] if year.state_tax > 0 else []
    left_out += ["credits"] if year.credits > 0 else []
    if left_out:
        yield Caution(
            "carryover_at_nothing",
            f"The ${carried:,.2f} of loss carried to {setting.facts.law.year + 1} is valued at nothing, because no "
            f"ordinary income is taxed federally this year (I-100). What it may save later of {' and '.join(left_out)} "
            "is not counted (L-198). [assumptions] years_to_use_carryover gives it a value.",
        )
