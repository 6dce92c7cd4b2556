"""The commands of a plan's later life, run in this process on a terminal of eighty columns."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner, Result

from planner.cli import app


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "80"})


def done(*words: str | Path) -> Result:
    """The same, of a command that must succeed."""
    answer = invoke(*words)
    assert answer.exit_code == 0, answer.output
    return answer
