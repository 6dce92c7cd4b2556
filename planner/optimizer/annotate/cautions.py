"""What must be said with a plan: purchases to cancel, cautions, lots about to turn long-term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from planner.domain.case import Case
from planner.domain.errors import Caution
from planner.domain.plan import Cancellation, NearLongTerm
from planner.ledger.contracts_loss import carryback_cautions
from planner.ledger.crypto_bills import bill_cautions, pending_bills
from planner.ledger.open_losses import washed_by
from planner.ledger.questions import open_questions
from planner.ledger.replacement_purchases import HouseholdPurchases, called_off_as, only_stood_for, planned_purchase
from planner.ledger.results import Disposition
from planner.ledger.unseen import past_purchases
from planner.optimizer.annotate.coverage import coverage_cautions
from planner.optimizer.annotate.ex_dividend import distribution_cautions
from planner.optimizer.annotate.fund_shares import dividend_cautions, young_fund_cautions
from planner.optimizer.annotate.state_law import carried_at_nothing, state_cautions
from planner.optimizer.annotate.wash_windows import losses
from planner.optimizer.verify.evaluate import Evaluation, evaluate
from planner.optimizer.verify.sale_figures import SaleFigures
from planner.optimizer.verify.setting import Setting, with_purchases
from rules.assets import is_crypto_etp
from rules.holding_period import first_long_term_day
from rules.liability import Liability
from rules.substantially_identical import option_underlying
from rules.terms import ZERO, AccountKind, AssetClass, ReplacementPurchase, to_cents
from rules.wash_sale import first_safe_day

NEAR_DAYS = 60  # a lot that turns long-term within so many days of the as-of date is shown


def cancellations(
    case: Case,
    setting: Setting,
    cancelled: Iterable[ReplacementPurchase],
    evaluation: Evaluation,
    baseline: Liability,
) -> tuple[Cancellation, ...]:
    """Planned purchases that the plan cancels, and what canceling each is worth, the others being canceled."""
    orders = [sale.order for sale in evaluation.sales]
    together: dict[str, list[ReplacementPurchase]] = defaultdict(list)
    for purchase in cancelled:
        together[called_off_as(purchase)].append(purchase)
    found = []
    for purchases in together.values():
        wish = planned_purchase(case.household, purchases[0])
        made = with_purchases(setting, (*setting.made, *purchases))
        kept = evaluate(made, orders, baseline)
        if wish is not None and _disallowed(made, kept) > _disallowed(setting, evaluation):
            saves = evaluation.benefit.total - kept.benefit.total
            found.append(Cancellation(wish.date, wish.account, wish.symbol, wish.quantity, saves))
    return tuple(sorted(found, key=lambda c: (c.date, c.account, c.symbol)))


def _disallowed(setting: Setting, evaluation: Evaluation) -> Decimal:
    """The losses that § 1091 disallows, of the plan's sales and of those already taken."""
    by_plan = sum((sale.disallowed_loss for sale in evaluation.sales), ZERO)
    before, after = setting.past.gains, setting.taken
    return by_plan + after.short_term - before.short_term + after.long_term - before.long_term


def near_long_term(case: Case) -> tuple[NearLongTerm, ...]:
    """Lots in taxable accounts whose first long-term day is near."""
    taxable = {a.name for a in case.household.accounts if a.kind is AccountKind.TAXABLE}
    last = case.as_of + timedelta(days=NEAR_DAYS)
    days, of_row = case.lots.coded("acquired")
    turning = [day is not None and case.as_of < first_long_term_day(day) <= last for day in days]
    rows = {*np.flatnonzero(np.array(turning, dtype=bool)[of_row]).tolist(), *case.lots.with_value("holding_since")}
    found = []
    for holding in map(case.lots.__getitem__, rows):
        lot = holding.lot
        start = lot.holding_since or lot.acquired
        if start is None or lot.inherited or lot.account not in taxable:
            continue
        if not case.as_of < (on := first_long_term_day(start)) <= last:
            continue
        known = holding.price is not None and lot.basis is not None
        gain = (lot.quantity * holding.price - lot.basis).quantize(Decimal("0.01")) if known else None  # type: ignore[operator]
        found.append(NearLongTerm(lot.lot_id, lot.symbol, gain, on))
    return tuple(sorted(found, key=lambda n: (n.on, n.lot_id)))


# --- cautions --------------------------------------------------------------------------------------------------


def cautions(
    case: Case,
    setting: Setting,
    questions: Iterable[Caution],
    evaluation: Evaluation,
    to_sell: Sequence[SaleFigures],
    dispositions: Sequence[Disposition],
) -> Iterator[Caution]:
    """Everything we go on in spite of, and say; `questions` as `asked` has them, and `to_sell` as `losses`."""
    if to_sell:
        yield from coverage_cautions(case, setting)
        yield from questions
    yield from _of_sales(case, setting, evaluation.sales, to_sell, dispositions)
    yield from state_cautions(case, setting.facts, evaluation.sales, dispositions)
    yield from carried_at_nothing(case, setting, evaluation.year)
    yield from _law_beyond_the_plan(case, setting, evaluation)
    yield from dividend_cautions(case, evaluation.sales)
    yield from carryback_cautions(case, dispositions, evaluation.year)
    yield from distribution_cautions(case, setting, evaluation)
    yield from past_purchases(case)
    yield from _into_past_losses(case, setting)


def cautions_of_sales(case: Case, setting: Setting, sales: Sequence[SaleFigures]) -> Iterator[Caution]:
    """What must be said of sales for what they sell, whoever proposes them."""
    return _of_sales(case, setting, sales, losses(setting, sales), ())


def _of_sales(
    case: Case,
    setting: Setting,
    sales: Sequence[SaleFigures],
    securities: Sequence[SaleFigures],
    dispositions: Sequence[Disposition],
) -> Iterator[Caution]:
    """The same, with those at a loss that § 1091 reaches; bills pending look at earlier ones too."""
    yield from young_fund_cautions(case, securities)
    yield from _crypto_trusts(securities)
    exempt = [sale for sale in sales if _is_exempt_coin(setting, sale)]
    yield from _digital_assets(exempt)
    yield from bill_cautions(pending_bills(case, dispositions, [(sale.order.sold, -sale.gain) for sale in exempt]))


def asked(case: Case, purchases: HouseholdPurchases, to_sell: Iterable[SaleFigures]) -> Iterator[tuple[str, Caution]]:
    """Purchases around a sale (of those in `losses`) that may be substantially identical, with the symbol sold: a
    question that only the taxpayer can answer."""
    sold = dict.fromkeys((sale.order.holding.lot.symbol, sale.order.sold) for sale in to_sell)
    known = (*purchases.fixed, *(purchase for _, purchase in purchases.cancelable))
    bought = [*((p.symbol, p.acquired) for p in known), *purchases.coins]
    coming = {p.symbol for p in known if p.to_come} - {p.symbol for p in known if not p.to_come}
    itself = [(p.symbol, p.acquired) for p in known if not only_stood_for(p)]  # a call is not what it may acquire
    options = {pair for pair in sold if option_underlying(pair[0]) is not None}
    yield from open_questions(case, [pair for pair in sold if pair not in options], bought, coming)
    yield from open_questions(case, options, itself, coming)


def _crypto_trusts(securities: Iterable[SaleFigures]) -> Iterator[Caution]:
    lots = [sale.order.holding.lot for sale in securities]
    symbols = sorted({lot.symbol for lot in lots if is_crypto_etp(lot.symbol, lot.asset_class)})
    if symbols:
        yield Caution(
            "crypto_trust",
            f"{', '.join(symbols)}: shares of a trust that holds coins are treated as securities under § "
            "1091, as brokers report them. The law is unsettled (I-11).",
        )


def _is_exempt_coin(setting: Setting, sale: SaleFigures) -> bool:
    holding = sale.order.holding
    return sale.gain < 0 and holding.lot.asset_class is AssetClass.CRYPTO and setting.identity(holding) is None


def _digital_assets(exempt: Sequence[SaleFigures]) -> Iterator[Caution]:
    if not exempt:
        return
    symbols = ", ".join(sorted({sale.order.holding.lot.symbol for sale in exempt}))
    loss = -sum((sale.gain for sale in exempt), ZERO)
    yield Caution(
        "crypto_exempt",
        f"{symbols}: § 1091 covers stock and securities, not digital assets held directly, so ${loss:,.2f} of "
        "loss is allowed even if they are bought back at once.",
    )
    yield Caution(
        "economic_substance",
        f"{symbols}: an immediate or prearranged repurchase may lack economic substance (§ 7701(o), Reg. § "
        "1.165-1(b)). No number of days is a safe harbor. Take real market risk in between.",
    )


def _law_beyond_the_plan(case: Case, setting: Setting, evaluation: Evaluation) -> Iterator[Caution]:
    facts, year = setting.facts, evaluation.year
    if facts.edges is not None:
        return
    if case.household.taxpayer.deduction is not None and _top_bracket_reached(setting, evaluation):
        yield Caution(
            "section_68",
            "From 2026, itemized deductions are reduced in the 37% bracket (§ 68). This is not computed "
            "(L-02): the deduction is used as entered.",
        )
    start = facts.law.amt_phase_out_start[facts.status]
    if year.adjusted_gross_income > start:
        yield Caution(
            "amt",
            f"Adjusted gross income is above ${start:,.0f}, where the alternative minimum tax exemption "
            "phases out. That tax is not computed (L-01) unless you enter a key such as `born` or `amt`.",
        )


def _top_bracket_reached(setting: Setting, evaluation: Evaluation) -> bool:
    facts = setting.facts
    income = max(evaluation.year.taxable_income, ZERO) + facts.deduction
    return facts.law.year >= 2026 and income > facts.law.ordinary_tops[facts.status][-1]


def _into_past_losses(case: Case, setting: Setting) -> Iterator[Caution]:
    """Planned purchases that stay and disallow a loss already taken: what the figures count."""
    washed = washed_by(setting.past.losses, setting.made, setting.identity_of_symbol, setting.conventions)
    by_id = {purchase.purchase_id: purchase for purchase in setting.made}
    amounts: dict[tuple[str, str, date, bool], Decimal] = defaultdict(lambda: ZERO)
    for loss, match in washed.matches:
        amounts[match.purchase_id, loss.symbol, loss.loss.sold, loss.counted] += match.disallowed_loss
    for (purchase_id, symbol, sold, counted), amount in amounts.items():
        wish = planned_purchase(case.household, by_id[purchase_id])
        if wish is None or to_cents(amount) == 0:
            continue
        where = "which the figures include" if counted else "which affects that spouse's return, not this one"
        yield Caution(
            "planned_purchase_washes",
            f"The purchase of {wish.quantity.normalize():f} {wish.symbol} planned for {wish.date} in "
            f"{wish.account} disallows ${to_cents(amount):,.2f} of the loss on {symbol} of {sold}, {where}. "
            f"{('Cancel or postpone' if wish.cancelable else 'Postpone')} it: from {first_safe_day(sold)} it "
            "does no harm.",
        )
