"""The results of a batch: CSV, Parquet where its library is installed, and the lines that a resumed run reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from importlib.util import find_spec
from io import BytesIO
from typing import Any

from planner.analysis.batch_results import BatchLine
from planner.domain.errors import ExitCode, Problem
from planner.domain.plan import Benefit, Status
from planner.domain.visible_text import visible
from planner.report.files.csv_file import csv_file
from rules.terms import to_cents

MONEY = ("tax_saved", "carryover_value", "deferred_tax", "trading_cost", "total", "bound", "turnover")
COLUMNS = ("name", "status", "exit_code", *MONEY[:-1], "sales", "turnover", "problem", "path")


def results_csv(lines: Iterable[BatchLine]) -> bytes:
    """A row a household. Money in dollars; blank where there is no plan."""
    return csv_file(COLUMNS, ([row[column] for column in COLUMNS] for row in map(_row, lines)))


def writes_parquet() -> bool:
    """Whether the library of the extra `batch` is installed."""
    return find_spec("pyarrow") is not None


def results_parquet(lines: Iterable[BatchLine]) -> bytes:
    """The same rows with types: money `float64`, counts `int64`, words strings; null where there is no plan."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_row(line) for line in lines]
    counts = dict.fromkeys(("exit_code", "sales"), pa.int64())
    types = {name: pa.float64() if name in MONEY else counts.get(name, pa.string()) for name in COLUMNS}
    columns = {name: pa.array([_plain(row[name]) for row in rows], type=kind) for name, kind in types.items()}
    out = BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return visible(value)
    return float(value) if isinstance(value, Decimal) else value


def _row(line: BatchLine) -> Mapping[str, Any]:
    benefit = line.benefit
    return {
        "name": line.name,
        "status": line.status and line.status.value,
        "exit_code": int(line.exit_code),
        **{name: benefit and to_cents(getattr(benefit, name)) for name in MONEY[:-1]},
        "sales": line.sales if benefit else None,
        "turnover": to_cents(line.proceeds) if benefit else None,
        "problem": "; ".join(f"{each.where}: {each.what} (fix: {each.remedy})" for each in line.problems) or None,
        "path": line.path,
    }


# --- what a resumed run reads ---


def journal_line(line: BatchLine) -> str:
    """A household's line as one line of JSON, from which `lines_of` makes it again."""
    benefit = line.benefit
    return json.dumps(
        {
            "name": line.name,
            "path": line.path,
            "exit_code": int(line.exit_code),
            "status": line.status and line.status.value,
            "benefit": benefit and {name: str(getattr(benefit, name)) for name in (*MONEY[:4], "bound")},
            "sales": line.sales,
            "proceeds": str(line.proceeds),
            "digest": line.digest,
            "problems": [[problem.where, problem.what, problem.remedy] for problem in line.problems],
        }
    )


def lines_of(journal: Sequence[str]) -> list[BatchLine]:
    """The lines of a journal; one that was cut short by the end of a run is left out."""
    found = []
    for text in journal:
        try:
            row = json.loads(text)
            benefit = row["benefit"] and Benefit(**{name: Decimal(value) for name, value in row["benefit"].items()})
            found.append(
                BatchLine(
                    name=str(row["name"]),
                    path=str(row["path"]),
                    exit_code=ExitCode(row["exit_code"]),
                    benefit=benefit,
                    status=row["status"] and Status(row["status"]),
                    sales=int(row["sales"]),
                    proceeds=Decimal(row["proceeds"]),
                    digest=str(row.get("digest", "")),
                    problems=tuple(Problem(*problem) for problem in row["problems"]),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            continue
    return found
