"""A household in a folder of its own, written and loaded in one call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from planner.domain.case import Case
from planner.domain.errors import InputError
from planner.loader import load_case

AS_OF = date(2026, 12, 8)
TAXPAYER = """\
[taxpayer]
tax_year = 2026
filing_status = "single"
ordinary_income = 185_000
"""

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def fixtures() -> Path:
    return FIXTURES


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Case]:
    """`load("lots.csv", lots="…")`: one account that lists these files; `toml` replaces the accounts, or the whole."""

    def loaded(
        *, toml: str | None = None, whole: str | None = None, as_of: date = AS_OF, **contents: str | bytes
    ) -> Case:
        listed = []
        for key, content in contents.items():
            name = f"{key}.csv"
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            if key in ("lots", "transactions", "realized"):
                listed.append(f'{key} = "{name}"\n')
        accounts = toml if toml is not None else '[[accounts]]\nname = "Schwab"\n' + "".join(listed)
        (tmp_path / "household.toml").write_text(whole if whole is not None else TAXPAYER + accounts, "utf-8")
        return load_case(tmp_path, as_of=as_of)

    return loaded


@pytest.fixture
def refused(load: Callable[..., Case]) -> Callable[..., list[str]]:
    """What `load` refuses: every input error as one line, place first."""

    def problems(**given: object) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(**given)
        assert all(problem.remedy for problem in caught.value.problems)
        return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]

    return problems
