"""What a plan opens and what must be said with it: windows, cancellations, cautions, lots about to turn long-term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from planner.case import Case
from planner.household import PlannedPurchase
from planner.optimizer.verify import Evaluation, SaleFigures, Setting, evaluate
from planner.plan import Cancellation, NearLongTerm, Window
from planner.purchases import HouseholdPurchases
from planner.refusals import Caution
from rules.assets import in_collectibles_group, is_crypto_etp
from rules.digital_assets import proposals
from rules.holding_period import first_day_held_longer, first_long_term_day
from rules.liability import Liability
from rules.substantially_identical import IdenticalGroups, Verdict
from rules.terms import ZERO, AccountKind, AssetClass, ReplacementPurchase
from rules.wash_sale import first_safe_day, wash_window

OLD_HISTORY = timedelta(days=365)  # a file that ends so long before the window was not made for this plan
NEAR_DAYS = 60  # a lot that turns long-term within so many days of the as-of date is shown


def windows(case: Case, setting: Setting, evaluation: Evaluation, already_open: Iterable[Window]) -> tuple[Window, ...]:
    """For each security sold at a loss, by the plan or already, the days on which a purchase anywhere would wash it."""
    losses: dict[str, list[SaleFigures]] = defaultdict(list)
    for sale in evaluation.sales:
        if sale.gain < 0 and setting.identity(sale.order.holding) is not None:
            losses[sale.order.holding.lot.symbol].append(sale)
    choices = case.household.wash_sale
    groups = IdenticalGroups(choices.identical, choices.different)
    opened: dict[str, Window] = {}
    for symbol, sales in sorted(losses.items()):
        days = [sale.order.sold for sale in sales]
        loss = -sum((sale.gain for sale in sales), ZERO)
        lots = "1 lot" if len(sales) == 1 else f"{len(sales)} lots"
        because = f"{lots} sold on {max(days)} at a loss of ${loss:,.2f}"
        opened[symbol] = _window(symbol, min(days), max(days), because)
        for other in sorted(groups.alike(symbol) - losses.keys()):
            because = f"substantially identical to {symbol}"
            opened[other] = _window(other, min(days), max(days), because)
    for window in already_open:
        opened[window.symbol] = _joined(window, opened.get(window.symbol))
    return tuple(sorted(opened.values(), key=lambda w: (w.safe_on, w.symbol)))


def _joined(earlier: Window, planned: Window | None) -> Window:
    if planned is None:
        return earlier
    return replace(planned, first=min(earlier.first, planned.first), because=f"{planned.because}; {earlier.because}")


def _window(symbol: str, first_sale: date, last_sale: date, because: str) -> Window:
    return Window(symbol, wash_window(first_sale)[0], wash_window(last_sale)[1], first_safe_day(last_sale), because)


def cancellations(
    setting: Setting,
    planned: Mapping[str, PlannedPurchase],
    cancelled: Iterable[ReplacementPurchase],
    evaluation: Evaluation,
    baseline: Liability,
) -> tuple[Cancellation, ...]:
    """Planned purchases that the plan calls off, and what calling off each is worth, the others being called off."""
    orders = [sale.order for sale in evaluation.sales]
    found = []
    for purchase in cancelled:
        wish = planned[purchase.purchase_id]
        kept = evaluate(replace(setting, purchases=(*setting.purchases, purchase)), orders, baseline)
        saves = evaluation.benefit.total - kept.benefit.total
        if _disallowed(kept) > _disallowed(evaluation):
            found.append(Cancellation(wish.date, wish.account, wish.symbol, wish.quantity, saves))
    return tuple(sorted(found, key=lambda c: (c.date, c.account, c.symbol)))


def _disallowed(evaluation: Evaluation) -> Decimal:
    return sum((sale.disallowed_loss for sale in evaluation.sales), ZERO)


def near_long_term(case: Case) -> tuple[NearLongTerm, ...]:
    """Lots in taxable accounts whose first long-term day is near."""
    taxable = {a.name for a in case.household.accounts if a.kind is AccountKind.TAXABLE}
    last = case.as_of + timedelta(days=NEAR_DAYS)
    found = []
    for holding in case.holdings:
        lot = holding.lot
        start = lot.holding_since or lot.acquired
        if start is None or lot.inherited or lot.account not in taxable:
            continue
        if start.year < case.as_of.year - 1 or not case.as_of < (on := first_long_term_day(start)) <= last:
            continue
        known = holding.price is not None and lot.basis is not None
        gain = (lot.quantity * holding.price - lot.basis).quantize(Decimal("0.01")) if known else None  # type: ignore[operator]
        found.append(NearLongTerm(lot.lot_id, lot.symbol, gain, on))
    return tuple(sorted(found, key=lambda n: (n.on, n.lot_id)))


# --- cautions --------------------------------------------------------------------------------------------------


def cautions(case: Case, setting: Setting, purchases: HouseholdPurchases, evaluation: Evaluation) -> Iterator[Caution]:
    """Everything we go on in spite of, and say."""
    securities = [
        sale for sale in evaluation.sales if sale.gain < 0 and setting.identity(sale.order.holding) is not None
    ]
    if securities:
        yield from _coverage(case, setting)
        yield from _asked(case, purchases, securities)
        yield from _young_funds(securities)
        yield from _crypto_trusts(securities)
    yield from _digital_assets(case, setting, evaluation)
    yield from _law_beyond_the_plan(case, setting, evaluation)
    yield from _past_purchases(case)


def _coverage(case: Case, setting: Setting) -> Iterator[Caution]:
    """Accounts whose purchases inside the window nobody has shown us: never "clear" of what was not seen."""
    first = wash_window(case.sale_date)[0]
    days: dict[str, list[date]] = defaultdict(list)
    for transaction in case.transactions:
        days[transaction.account].append(transaction.date)
    outside = _out_of_reach(case, setting)
    for account in case.household.accounts:
        shown = days.get(account.name, [])
        if account.name in outside or (shown and min(shown) <= first and max(shown) >= first - OLD_HISTORY):
            continue
        if not (account.lots or account.transactions or account.realized):
            why = "no file of this account was given"
        elif not account.transactions:
            why = "no transactions file was given, so only purchases whose lots are still listed are seen"
        elif shown and min(shown) <= first:
            why = f"its transactions end on {max(shown)}"
        elif shown:
            why = f"its transactions begin on {min(shown)}"
        else:
            why = "its transactions file is empty"
        yield Caution(
            "coverage_incomplete",
            f"{account.name}: purchases since {first} may be missing ({why}). A purchase there of what this plan "
            "sells at a loss would disallow the loss.",
        )


def _out_of_reach(case: Case, setting: Setting) -> set[str]:
    """Accounts that hold lots, and nothing that § 1091 reaches: wallets."""
    reached: dict[str, bool] = {}
    for holding in case.holdings:
        account = holding.lot.account
        reached[account] = reached.get(account, False) or setting.identity(holding) is not None
    return {account for account, is_reached in reached.items() if not is_reached}


def _asked(case: Case, purchases: HouseholdPurchases, securities: list[SaleFigures]) -> Iterator[Caution]:
    """Purchases around the sale that may be substantially identical: a question only the taxpayer can answer."""
    choices = case.household.wash_sale
    groups = IdenticalGroups(choices.identical, choices.different)
    bought = sorted(
        {p.symbol for p in purchases.fixed} | {p.symbol for _, p in purchases.cancelable} | {*purchases.coins}
    )
    for sold in sorted({sale.order.holding.lot.symbol for sale in securities}):
        for symbol in bought:
            if symbol == sold or groups.key(symbol) == groups.key(sold):
                continue
            answer = groups.answer(sold, symbol)
            if answer.verdict is Verdict.ASK:
                yield Caution(
                    "ask_identical",
                    f"Is {symbol}, bought within 30 days of selling {sold} at a loss, substantially identical to it? "
                    f"{answer.reason} This plan takes it not to be; answer in [wash_sale] different or identical.",
                )


def _young_funds(securities: list[SaleFigures]) -> Iterator[Caution]:
    """§ 852(b)(4): of regulated investment companies; trusts that hold metal or coins are none."""
    young = sorted({sale.order.holding.lot.symbol for sale in securities if _is_young_fund(sale)})
    if young:
        yield Caution(
            "fund_six_months",
            f"{', '.join(young)}: held six months or less. The loss is long-term as far as the fund paid capital gain "
            "dividends, and disallowed as far as it paid exempt-interest dividends (§ 852(b)(4)): not counted here.",
        )


def _is_young_fund(sale: SaleFigures) -> bool:
    lot = sale.order.holding.lot
    if lot.asset_class not in (AssetClass.FUND, AssetClass.ETF) or lot.acquired is None:
        return False
    if in_collectibles_group(lot.symbol, lot.asset_class) or is_crypto_etp(lot.symbol, lot.asset_class):
        return False
    return sale.order.sold < first_day_held_longer(lot.acquired, 6)


def _crypto_trusts(securities: list[SaleFigures]) -> Iterator[Caution]:
    lots = [sale.order.holding.lot for sale in securities]
    symbols = sorted({lot.symbol for lot in lots if is_crypto_etp(lot.symbol, lot.asset_class)})
    if symbols:
        yield Caution(
            "crypto_trust",
            f"{', '.join(symbols)}: shares of a trust that holds coins are taken for securities that § 1091 reaches, "
            "as brokers report them; that is unsettled (I-11).",
        )


def _digital_assets(case: Case, setting: Setting, evaluation: Evaluation) -> Iterator[Caution]:
    exempt = [
        sale
        for sale in evaluation.sales
        if sale.gain < 0
        and sale.order.holding.lot.asset_class is AssetClass.CRYPTO
        and setting.identity(sale.order.holding) is None
    ]
    if not exempt:
        return
    symbols = ", ".join(sorted({sale.order.holding.lot.symbol for sale in exempt}))
    loss = -sum((sale.gain for sale in exempt), ZERO)
    yield Caution(
        "crypto_exempt",
        f"{symbols}: § 1091 reaches stock and securities, not digital assets held directly, so ${loss:,.2f} of loss "
        "stays allowed even if they are bought back at once.",
    )
    yield Caution(
        "economic_substance",
        f"{symbols}: a sale and repurchase in the same breath, or agreed beforehand, may lack economic substance "
        "(§ 7701(o), Reg. § 1.165-1(b)); no number of days is a safe harbour. Take real market risk in between.",
    )
    reaching = [p for p in proposals(case.as_of) if p.alive and p.effective and p.effective <= case.sale_date]
    if reaching:
        names = "; ".join(f"{p.name} ({p.status}; seen {p.status_on})" for p in reaching)
        yield Caution(
            "crypto_proposals",
            f"${loss:,.2f} of loss would be at risk on a repurchase within 30 days if a pending bill that reaches "
            f"back to this sale became law: {names}. [wash_sale] crypto = true shows the plan under it.",
        )


def _law_beyond_the_plan(case: Case, setting: Setting, evaluation: Evaluation) -> Iterator[Caution]:
    facts, year = setting.facts, evaluation.year
    if facts.state is not None and facts.state.caution:
        yield Caution("state_estimate", facts.state.caution)
    if case.household.taxpayer.deduction is not None and _top_bracket_reached(setting, evaluation):
        yield Caution(
            "section_68",
            "From 2026 itemized deductions are cut where income reaches the 37% bracket (§ 68); this is not computed "
            "(L-02): the deduction is taken as you gave it.",
        )
    start = facts.law.amt_phase_out_start[facts.status]
    if year.adjusted_gross_income > start:
        yield Caution(
            "amt",
            f"Adjusted gross income is above ${start:,.0f}, where the exemption of the alternative minimum tax phases "
            "out; that tax is not computed (L-01).",
        )


def _top_bracket_reached(setting: Setting, evaluation: Evaluation) -> bool:
    facts = setting.facts
    income = max(evaluation.year.taxable_income, ZERO) + facts.deduction
    return facts.law.year >= 2026 and income > facts.law.ordinary_tops[facts.status][-1]


def _past_purchases(case: Case) -> Iterator[Caution]:
    for planned in case.household.planned_purchases:
        if planned.date < case.as_of:
            yield Caution(
                "planned_purchase_past",
                f"The planned purchase of {planned.quantity} {planned.symbol} on {planned.date} lies before the as-of "
                "date: it counts only as far as the lots or transactions show it. Bring the files up to date.",
            )
