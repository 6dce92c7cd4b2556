"""A saved plan checked against the household's files: every figure from lots and law again, and its bound by
arithmetic.

Nothing is searched for and no solver is asked. The plan's document is made again from its own sales and cancellations,
and compared with what it says; the bound is what its certificate proves (docs/model.md, "The certificate").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from planner.domain.certificate import Certificate, PieceMultipliers, Sources
from planner.domain.errors import InputError, Problem
from planner.domain.portfolio import Holding
from planner.domain.verification import Finding, Verification
from planner.ledger.replacement_purchases import called_off_as
from planner.loader import load_case
from planner.loader.saved_plan import plan_document_of
from planner.optimizer.pipeline import ask, plan_of_orders
from planner.optimizer.proof import ground_of, sources_of, threshold
from planner.optimizer.question import Question
from planner.optimizer.verify.certificate import ROUNDING, certified_bound
from planner.optimizer.verify.evaluate import evaluate
from planner.optimizer.verify.limits import broken_limits
from planner.optimizer.verify.sale_figures import Order
from planner.optimizer.verify.wash_matching import ChainedSale
from planner.report.json_documents.plan import plan_document
from planner.report.json_documents.values import Document
from rules.cells import TooManyCells
from rules.terms import CENT, ZERO

SHOWN = 5  # differences that are named
WASH = ("disallowed_loss", "permanently_lost", "rebuy_on", "wash_state")  # of a sale
JANUARY = ("january", "if_in_january")
WINDOW = ("symbol", "first", "last", "safe_on", "sold")
SPOKEN = ("reason",)  # of a sale: what is said of it, and no figure
WORDS = {
    "agi": "AGI",
    "amt": "alternative minimum tax",
    "baseline": "the year without the plan",
    "benefit": "net benefit",
    "if_in_january": "the same sales in January",
    "january": "sales put off to January",
    "niit": "net investment income tax",
    "planned": "the year with the plan",
}  # keys of the document that a person would not read as they stand


@dataclass(frozen=True)
class _Orders:
    """What the plan sells, by the files; and what of its sales and cancellations the files know nothing of."""

    orders: tuple[Order, ...]
    cancelled: frozenset[str]
    unknown: tuple[str, ...]


def verify_plan(path: Path, plan: Path) -> Verification:
    """Check a saved plan. Raises InputError where household or plan cannot be read."""
    saved = plan_document_of(plan)
    try:
        case = load_case(path, as_of=date.fromisoformat(saved["as_of"]), scenario=saved["scenario"])
        given = saved.get("giving")
        if given:
            case = replace(case, given={row["lot_id"]: Decimal(row["quantity"]) for row in given["lots"]})
        question = ask(case)
        return _verified(question, saved)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as why:
        what = f"is a plan with a missing or damaged part ({type(why).__name__}: {why})"
        raise InputError([Problem(str(plan), what, "give the JSON document that `harvest plan` wrote")]) from None


def _verified(question: Question, saved: Mapping[str, Any]) -> Verification:
    bound = Decimal(saved["benefit"]["bound"])
    certificate = _certificate(saved.get("certificate"))
    found = _orders(question, saved)
    differs = _differs(certificate, question)
    try:
        plan = plan_of_orders(question.case, question, found.orders, ZERO, cancelled=found.cancelled)
    except (ChainedSale, ValueError) as why:
        impossible = Finding("figures", False, f"the sales cannot be carried out: {why}")
        return Verification(None, bound, None, (impossible,), differs)
    made, total = plan_document(plan), plan.benefit.total
    evaluation = evaluate(question.setting, found.orders, question.baseline)
    limits = [str(broken) for broken in broken_limits(question.case, evaluation.sales)]
    figures = [*found.unknown, *_figures(made, saved)]
    certified = _certified(question, certificate)
    return Verification(
        total,
        bound,
        certified,
        (
            _finding("figures", figures, "every figure follows from the files and the law"),
            _finding("limits", limits, "every key of [plan] is satisfied"),
            _finding("wash_sales", [*_wash_sales(made, saved)], "windows and disallowances are as stated"),
            _bound(saved, total, bound, certified),
        ),
        differs,
    )


def _finding(name: str, wrong: Sequence[str], otherwise: str) -> Finding:
    if not wrong:
        return Finding(name, True, otherwise)
    more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return Finding(name, False, "; ".join(wrong[:SHOWN]) + more)


# --- the plan as its document tells it ---


def _orders(question: Question, saved: Mapping[str, Any]) -> _Orders:
    held: dict[str, Holding] = {holding.lot.lot_id: holding for holding in question.case.holdings}
    orders: list[Order] = []
    ordered: set[str] = set()
    unknown: list[str] = []
    for row in saved["sales"]:
        lot_id, quantity = str(row["lot_id"]), Decimal(row["quantity"])
        holding = held.get(lot_id)
        if holding is None:
            unknown.append(f"sale of {lot_id}: the files hold no such lot")
        elif not ZERO < quantity <= holding.lot.quantity:
            unknown.append(f"sale of {lot_id}: {quantity} of {holding.lot.quantity} units")
        elif lot_id in ordered:
            unknown.append(f"sale of {lot_id}: it is sold twice")
        else:
            ordered.add(lot_id)
            orders.append(Order(holding, quantity, date.fromisoformat(row["date"])))
    cancelled = set()
    for row in saved["cancellations"]:
        named = [
            called_off_as(shares)
            for planned, shares in question.purchases.cancelable
            if (planned.date.isoformat(), planned.account, planned.symbol, planned.quantity)
            == (row["date"], row["account"], row["symbol"], Decimal(row["quantity"]))
        ]
        cancelled.update(named)
        if not named:
            unknown.append(f"cancellation of {row['symbol']} on {row['date']}: no such purchase is planned")
    return _Orders(tuple(orders), frozenset(cancelled), tuple(unknown))


def _certificate(document: Any) -> Certificate | None:
    """The certificate of a document; None where it has none."""
    if not document:
        return None
    pieces = [
        PieceMultipliers(
            piece["name"],
            tuple(map(float, piece["multipliers"].values())),
            tuple(map(float, piece["limits"].values())),
            tuple(map(float, piece["weights"])),
            tuple(map(float, piece["sides"])),
        )
        for piece in document["pieces"]
    ]
    first = document["pieces"][0] if pieces else {"multipliers": {}, "limits": {}}
    sources = Sources(document.get("digests", {}), document.get("law", ""), document.get("version", ""))
    return Certificate(tuple(first["multipliers"]), tuple(first["limits"]), tuple(pieces), ROUNDING, sources)


def _differs(certificate: Certificate | None, question: Question) -> tuple[str, ...]:
    """What is not as it was when the plan was made."""
    if certificate is None:
        return ("the plan does not state its inputs",)
    then, now = certificate.sources, sources_of(question)
    names = sorted({*then.digests, *now.digests})
    changed = [name for name in names if then.digests.get(name) != now.digests.get(name)]
    changed += ["the law's figures"] if then.law != now.law else []
    return (*changed, *([f"the program: {then.version}, now {now.version}"] if then.version != now.version else []))


# --- the checks ---


def _figures(made: Document, saved: Mapping[str, Any]) -> Iterator[str]:
    """Every figure of the document that is not as recomputed, § 1091 and the bound aside."""
    yield from _unlike("tax year", made["tax_year"], saved["tax_year"])
    for part in ("baseline", "planned"):
        yield from _unlike(_words(part), made[part], saved[part])
    without_bound = [{k: v for k, v in document["benefit"].items() if k != "bound"} for document in (made, saved)]
    yield from _unlike(_words("benefit"), *without_bound)
    for part in JANUARY:
        if part in saved:
            yield from _unlike(_words(part), made[part], saved[part])
    if "worksheets" in saved:
        yield from _unlike("worksheets", _lines(made), _lines(saved))
    by_lot = {row["lot_id"]: row for row in saved["sales"]}
    for sale in made["sales"]:
        stated = by_lot[sale["lot_id"]]
        for key, value in sale.items():
            if key not in WASH and key not in SPOKEN and key in stated:
                yield from _unlike(f"sale of {sale['lot_id']}: {_words(key)}", value, stated[key])
    saves = [
        {(row["date"], row["account"], row["symbol"]): row["saves"] for row in d["cancellations"]}
        for d in (made, saved)
    ]
    for purchase, worth in saves[0].items():
        yield from _unlike(f"canceling {purchase[2]} on {purchase[0]}", worth, saves[1].get(purchase))


def _lines(document: Mapping[str, Any]) -> dict[str, Any]:
    """Every line of the worksheets by its number, without the words beside it."""
    return {
        f"{part}, {sheet['name']}": {line["number"]: line["amount"] for line in sheet["lines"]}
        for part, sheets in document["worksheets"].items()
        for sheet in sheets
    }


def _wash_sales(made: Document, saved: Mapping[str, Any]) -> Iterator[str]:
    """What § 1091 does to each sale, and the windows that are open or opened."""
    by_lot = {row["lot_id"]: row for row in saved["sales"]}
    for sale in made["sales"]:
        for key in WASH:
            if key in by_lot[sale["lot_id"]]:
                yield from _unlike(f"sale of {sale['lot_id']}: {_words(key)}", sale[key], by_lot[sale["lot_id"]][key])
    windows = [sorted(map(_window, document["windows"])) for document in (made, saved)]
    for which, other, words in ((0, 1, "is not stated"), (1, 0, "is stated, and there is none")):
        yield from (f"the window of {window} {words}" for window in windows[which] if window not in windows[other])


def _window(window: Mapping[str, Any]) -> str:
    """`BND, closed from 2026-11-15 through 2027-01-14, safe on 2027-01-15, for sales on 2026-12-15`."""
    symbol, first, last, safe_on, sold = (window.get(key) for key in WINDOW)
    sales = f", for sales on {' and '.join(map(str, sold))}" if sold else ""
    return f"{symbol}, closed from {first} through {last}, safe on {safe_on}{sales}"


def _unlike(what: str, made: Any, stated: Any) -> Iterator[str]:
    """Where a stated value is not the one made."""
    if isinstance(made, Mapping) and isinstance(stated, Mapping):
        for key in made:
            yield from _unlike(f"{what}: {_words(key)}", made[key], stated.get(key))
    elif made != stated:
        yield f"{what} is {_value(what, made)}, not {_value(what, stated)}"


def _words(key: str) -> str:
    return WORDS.get(key, key.replace("_", " "))


def _value(what: str, value: Any) -> str:
    """A value of a plan's document as a person reads it; `what` ends in its key. Lines of worksheets may be rates."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float | Decimal):
        return str(value)
    if what == "tax year":
        return str(value)
    number = Decimal(str(value))
    if what.startswith("worksheets:") or what.endswith("quantity"):
        return f"{number:,}"
    return f"-${-number:,.2f}" if number < 0 else f"${number:,.2f}"


def _certified(question: Question, certificate: Certificate | None) -> Decimal | None:
    if certificate is None:
        return None
    try:
        return certified_bound(ground_of(question), certificate)
    except TooManyCells:
        return None


def _bound(saved: Mapping[str, Any], total: Decimal, bound: Decimal, certified: Decimal | None) -> Finding:
    """Whether the bound is proved by arithmetic, rests on a solver, or is refuted."""
    lots = len(saved["sales"])
    near, proven = threshold(total, lots), saved["status"] == "proven"
    if bound < total:
        return Finding("bound", False, f"the plan's net benefit {_money(total)} is above its bound of {_money(bound)}")
    if proven and bound - total > near:
        return Finding(
            "bound", False, (f"called proven with a gap of {_money(bound - total)}; at most {_money(near)} is allowed")
        )
    by_arithmetic = proven and saved.get("proven_by") == "arithmetic"
    if by_arithmetic and (certified is None or certified - total > near):
        return Finding("bound", False, f"marked as proven by arithmetic, which proves {_money(certified)}")
    if certified is not None and certified <= bound + CENT * max(1, lots):
        return Finding(
            "bound", True, (f"arithmetic alone proves that no plan has a net benefit above {_money(certified)}")
        )
    rests = "any tighter bound rests on the solver"
    return Finding("bound", None, f"arithmetic alone proves {_money(certified)}; {rests}")


def _money(amount: Decimal | None) -> str:
    return _value("", amount)
