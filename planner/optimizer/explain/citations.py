"""The places in the law on which an explanation rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.analysis.explanation import Citation, Decision, LotExplained
from planner.analysis.marginal_value import Rung
from planner.optimizer.verify.setting import Setting
from rules.assets import in_collectibles_group
from rules.terms import AssetClass, Character


def with_sources(explained: LotExplained, setting: Setting) -> LotExplained:
    """The explanation with the citations of what it says."""
    return replace(explained, sources=tuple(_sources(explained, setting)))


def _sources(explained: LotExplained, setting: Setting) -> Iterator[Citation]:
    sale, lot = explained.sale, explained.holding.lot
    if sale is None:
        return
    yield from _term(explained)
    if lot.loss_basis is not None:
        yield Citation(
            "§ 1015(a)", ("a gift has a separate basis for losses: its value on the date of the gift, if lower")
        )
    yield from _dollars(explained)
    if sale.character is Character.LONG and in_collectibles_group(lot.symbol, lot.asset_class):
        yield Citation("§ 1(h)(4), (5)", "gain on collectibles, or on a trust that holds them, is taxed at up to 28%")
    elif any("28-percent group" in rung.why for rung in _rungs(explained)):
        yield Citation("§ 1(h)(4)", "gain on collectibles is taxed at up to 28%; short-term losses reduce it first")
    if sale.gain < 0:
        yield from _wash(explained, reached=setting.identity(explained.holding) is not None)
    if explained.decision in (Decision.SOLD, Decision.SOLD_IN_PART):
        yield Citation(
            "Reg. § 1.1012-1(j)" if lot.asset_class is AssetClass.CRYPTO else "Reg. § 1.1012-1(c)",
            "lots are identified before the sale; otherwise the oldest are sold first",
        )


def _term(explained: LotExplained) -> Iterator[Citation]:
    lot = explained.holding.lot
    if lot.inherited:
        yield Citation("§ 1223(9)", "inherited property is long-term")
    elif lot.holding_since is not None:
        yield Citation("§ 1223", f"its holding period starts on {lot.holding_since}")
    yield Citation("§ 1222(1)-(4)", "property held for more than one year is long-term")


def _dollars(explained: LotExplained) -> Iterator[Citation]:
    rungs = _rungs(explained)
    if any(rung.income_tax_saved or rung.why.startswith("offsets") for rung in rungs):
        yield Citation("§ 1222(5)-(11)", "gains and losses are netted by term, then against each other")
    if any("other income" in rung.why for rung in rungs):
        yield Citation("§ 1211(b)", "a limited part of a net loss is deducted from other income")
    if any(rung.carried for rung in rungs):
        yield Citation("§ 1212(b)", "the rest of a net loss carries over to the next year and keeps its term")
    if any(_at_gain_rates(rung) for rung in rungs):
        yield Citation("§ 1(h)", "net long-term gain is taxed at 0, 15 or 20%")
    if any(rung.niit_saved for rung in rungs):
        yield Citation("§ 1411", "above an income threshold, net investment income is taxed at 3.8%")


def _rungs(explained: LotExplained) -> list[Rung]:
    return [step.rung for stretch in (explained.in_order, explained.on_top) if stretch for step in stretch.steps]


def _at_gain_rates(rung: Rung) -> bool:
    return "long-term gain" in rung.why


def _wash(explained: LotExplained, *, reached: bool) -> Iterator[Citation]:
    if not reached:
        yield Citation(
            "§ 1091(a)", ("under current law, covers stock and securities, not digital assets held directly")
        )
        return
    yield Citation(
        "§ 1091(a)",
        ("no loss is allowed if a substantially identical security is bought within 30 days before or after"),
    )
    if explained.matched or (explained.sale and explained.sale.disallowed_loss):
        yield Citation("§ 1091(d)", "a disallowed loss is added to the basis of the replacement")
    if explained.washing is not None or (explained.sale and explained.sale.permanently_lost):
        yield Citation(
            "Rev. Rul. 2008-5", ("if the replacement is bought in an IRA, the loss is permanently lost (I-03)")
        )
