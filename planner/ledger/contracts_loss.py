"""The three years' carryback of a net loss on section 1256 contracts: a choice that is said, not made. § 1212(c)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.ledger.deemed_sales import contracts_of_the_year
from planner.ledger.results import Disposition
from rules.liability import Liability
from rules.section_1256 import carried_back, net_contracts_loss
from rules.tax_year import tax_year
from rules.terms import ZERO


def carryback_cautions(case: Case, dispositions: Iterable[Disposition], year: Liability) -> Iterator[Caution]:
    """What of the loss carried out of the year may go back instead, and to which years, where their gains are given."""
    carryover = year.carryover_short + year.carryover_long
    limit = tax_year(case.household.taxpayer.tax_year).capital_loss_limit[case.household.taxpayer.filing_status]
    loss = net_contracts_loss(contracts_of_the_year(case, dispositions), carryover, limit)
    if loss <= 0:
        return
    text = (
        f"${loss:,.2f} of the loss on section 1256 contracts may be carried back three years instead of forward, "
        "against gains on such contracts only (§ 1212(c), Form 6781 line 6, Form 1045): the plan carries it forward"
    )
    before = case.household.contracts.before
    taken = carried_back(loss, before)
    if taken:
        parts = ", ".join(f"${amount:,.2f} to {which}" for which, amount in taken.items())
        text += f". Of it {parts}, and ${loss - sum(taken.values(), ZERO):,.2f} is left to carry forward"
    elif not before:
        text += ". Write their net gains in [realized] section_1256_before to see how much"
    yield Caution("section_1256_carryback", text)
