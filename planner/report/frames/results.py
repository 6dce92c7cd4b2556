"""What the library's functions return: DataFrames over a JSON document, and the document itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.analysis.comparison import Comparison
from planner.analysis.totals import year_changes
from planner.domain.case import Case
from planner.domain.plan import Plan
from planner.ledger.results import HouseholdLedger
from planner.report.frames import tables
from planner.report.frames.tables import DAY, MONEY, columns_of, frame, with_texts
from planner.report.json_documents.check import FileJson, LotJson, RealizedJson, TransactionJson, check_document
from planner.report.json_documents.compare import compare_document
from planner.report.json_documents.giving import KeptWinnerJson
from planner.report.json_documents.parts import CautionJson, SaleJson, WindowJson
from planner.report.json_documents.plan import CancellationJson, HeldBackJson, plan_document
from planner.report.json_documents.swaps import SwapJson
from planner.report.json_documents.text import as_json
from planner.report.json_documents.values import Document, plain
from planner.report.json_documents.windows import HeldLotJson, LedgerSaleJson, windows_document
from planner.report.words import year_label

if TYPE_CHECKING:
    import pandas as pd


class _Result:
    """A JSON document and its tables; each table is made when it is first asked for. `said` is how a text of it is
    said to whoever gave the household: of one from DataFrames, with frame and row in place of a file."""

    def __init__(self, said: Callable[[str], str] = str) -> None:
        self._said = said

    @cached_property
    def _document(self) -> Document:
        return self._made() if self._said is str else with_texts(self._made(), self._said)

    def _made(self) -> Document:
        raise NotImplementedError

    def to_json(self) -> str:
        """The document that the command prints with `--json`: text, ASCII only."""
        return as_json(self._document)

    def to_dict(self) -> dict[str, Any]:
        """The same document as plain Python values; money and quantities are exact `Decimal`."""
        whole: dict[str, Any] = plain(self._document)
        return whole

    def _frame(self, key: str, row: type) -> pd.DataFrame:
        return frame(self._document[key], columns_of(row))

    @cached_property
    def cautions(self) -> pd.DataFrame:
        """The warnings: code, text, lot_id."""
        return self._frame("cautions", CautionJson)


class PlanResult(_Result):
    """A plan. Money in dollars, signed: a loss is negative. `plan` is the record that it was made from."""

    def __init__(self, plan: Plan, said: Callable[[str], str] = str) -> None:
        super().__init__(said)
        self.plan = plan

    def _made(self) -> Document:
        return plan_document(self.plan)

    @property
    def status(self) -> str:
        """`proven` or `unproven` (contract)."""
        return self.plan.status.value

    @property
    def benefit(self) -> dict[str, float]:
        """The net benefit and its parts, in dollars: `total`, `bound`, `tax_saved` ..."""
        return {key: float(value) for key, value in self._document["benefit"].items()}

    @cached_property
    def year(self) -> pd.DataFrame:
        """The year without the plan, with it, and the change: dollars, a row a line of the return.

        The index has the keys of the JSON, the column `line` the words of the screen.
        """
        import pandas as pd

        rows = year_changes(self.plan)
        return pd.DataFrame(
            {
                "line": pd.Series([year_label(row.line, self.plan.tax_year) for row in rows], dtype="string"),
                "without": [float(row.baseline) for row in rows],
                "with": [float(row.planned) for row in rows],
                "change": [float(row.difference) for row in rows],
            },
        ).set_index(pd.Index([row.line for row in rows], name="key"))

    @cached_property
    def sales(self) -> pd.DataFrame:
        """The sales, a row a lot and day."""
        return self._frame("sales", SaleJson)

    @cached_property
    def held_back(self) -> pd.DataFrame:
        """The lots that might have been sold and are not, with the reason."""
        return self._frame("held_back", HeldBackJson)

    @cached_property
    def windows(self) -> pd.DataFrame:
        """The days on which a purchase would wash a loss, a row a symbol."""
        return self._frame("windows", WindowJson)

    @cached_property
    def cancellations(self) -> pd.DataFrame:
        """The planned purchases to cancel, with what that is worth."""
        return self._frame("cancellations", CancellationJson)

    @cached_property
    def kept_winners(self) -> pd.DataFrame:
        """The winners to keep for a step-up, the most gain in a dollar first."""
        return self._frame("kept_winners", KeptWinnerJson)

    @cached_property
    def swaps(self) -> pd.DataFrame:
        """What to buy with the proceeds, a row for each symbol, account and day of sale; without rows where it was not
        asked for. `swap_back_on` is the first day to swap back, `swap_back_tax` its tax at prices 10% higher."""
        rows = (self._document["swaps"] or {}).get("purchases", ())
        back = ((row, row["swap_back"] or {}) for row in rows)
        columns = {**columns_of(SwapJson), "swap_back_on": DAY, "swap_back_tax": MONEY}
        return frame([{**r, "swap_back_on": b.get("date"), "swap_back_tax": b.get("tax")} for r, b in back], columns)

    def __repr__(self) -> str:
        total = self.benefit["total"]
        return f"<plan for {self.plan.tax_year}: {len(self.plan.sales)} sales, net benefit {total:,.2f}, {self.status}>"

    def _repr_html_(self) -> str:
        from planner.report.frames.notebook import plan_html

        return plan_html(self.plan)


class CompareResult(_Result):
    """Scenarios side by side. `plans` has each scenario's plan by name; a scenario without a plan is not in it."""

    def __init__(self, comparison: Comparison, said: Callable[[str], str] = str) -> None:
        super().__init__(said)
        self.comparison = comparison
        self.plans = {each.name: PlanResult(each.plan, said) for each in comparison.scenarios if each.plan is not None}

    def _made(self) -> Document:
        return compare_document(self.comparison)

    @property
    def best(self) -> str | None:
        """The name of the scenario with the largest net benefit among those that may be compared."""
        return self.comparison.best

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """A row a scenario: name, status, sales, and the benefit's parts in dollars; null where there is no plan."""
        rows = []
        for each in self._document["scenarios"]:
            plan = each["plan"] or {}
            benefit = plan.get("benefit", {})
            rows.append(
                {
                    "name": each["name"],
                    "origin": each["origin"],
                    "status": plan.get("status"),
                    "sales": len(plan.get("sales", ())),
                    "turnover": each["turnover"],
                    "disallowed_loss": each["disallowed_loss"],
                    **benefit,
                    "in_january": each["in_january"],
                    "problem": "; ".join(problem["what"] for problem in each["refusals"]) or None,
                }
            )
        return frame(rows, _SCENARIOS)

    @cached_property
    def cautions(self) -> pd.DataFrame:
        """The warnings of the household as given."""
        return frame((self._document["scenarios"][0]["plan"] or {}).get("cautions", ()), columns_of(CautionJson))

    def __repr__(self) -> str:
        return f"<comparison; scenarios: {len(self.comparison.scenarios)}, best: {self.best}>"

    def _repr_html_(self) -> str:
        from planner.report.frames.notebook import comparison_html

        return comparison_html(self.comparison)


_SCENARIOS = {
    "name": tables.TEXT,
    "origin": tables.WORD,
    "status": tables.WORD,
    "sales": tables.COUNT,
    "turnover": tables.MONEY,
    "disallowed_loss": tables.MONEY,
    "tax_saved": tables.MONEY,
    "carryover_value": tables.MONEY,
    "deferred_tax": tables.MONEY,
    "trading_cost": tables.MONEY,
    "total": tables.MONEY,
    "bound": tables.MONEY,
    "in_january": tables.MONEY,
    "problem": tables.TEXT,
}


class WindowsResult(_Result):
    """The wash-sale ledger of the year so far."""

    def __init__(self, ledger: HouseholdLedger, said: Callable[[str], str] = str) -> None:
        super().__init__(said)
        self.ledger = ledger

    def _made(self) -> Document:
        return windows_document(self.ledger)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """The sales so far, with what § 1091 disallows; `by_lot` holds each sale's lots."""
        return self._frame("sales", LedgerSaleJson)

    @cached_property
    def lots(self) -> pd.DataFrame:
        """The lots held, with their bases as the ledger leaves them."""
        return self._frame("lots", HeldLotJson)

    @cached_property
    def windows(self) -> pd.DataFrame:
        """The windows open now."""
        return self._frame("windows", WindowJson)

    def __repr__(self) -> str:
        return f"<wash-sale ledger; sales: {len(self.ledger.dispositions)}, windows open: {len(self.ledger.windows)}>"

    def _repr_html_(self) -> str:
        from planner.report.frames.notebook import windows_html

        return windows_html(self.ledger)


class CheckResult(_Result):
    """What was read of a household's files."""

    def __init__(self, case: Case, said: Callable[[str], str] = str) -> None:
        super().__init__(said)
        self.case = case

    def _made(self) -> Document:
        return check_document(self.case)

    @property
    def totals(self) -> dict[str, float | None]:
        """The sums to compare with a statement, in dollars."""
        return {key: None if value is None else float(value) for key, value in self._document["totals"].items()}

    @cached_property
    def files(self) -> pd.DataFrame:
        """The files, with the layout that each was recognized by."""
        return self._frame("files", FileJson)

    @cached_property
    def lots(self) -> pd.DataFrame:
        """The open lots."""
        return self._frame("lots", LotJson)

    @cached_property
    def transactions(self) -> pd.DataFrame:
        """The transactions."""
        return self._frame("transactions", TransactionJson)

    @cached_property
    def realized(self) -> pd.DataFrame:
        """The sales of realized files."""
        return self._frame("realized", RealizedJson)

    def __repr__(self) -> str:
        return f"<what was read of {repr(self.case)[1:]}"

    def _repr_html_(self) -> str:
        from planner.report.frames.notebook import check_html

        return check_html(self.case)
