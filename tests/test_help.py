"""Every command ends its `--help` with examples, and they work."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner import cli
from planner.cli.examples import EXAMPLES
from planner.domain.errors import ExitCode

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = [command.callback.__name__ for command in cli.app.registered_commands if command.callback]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [command, "--help"]).output
    assert EXAMPLES[command]
    for example in EXAMPLES[command]:
        assert f"\n    {example}\n" in shown


@pytest.mark.parametrize("example", [example for command in COMMANDS for example in EXAMPLES[command]])
def test_an_example_of_the_help_works(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(example)
    answer = CliRunner().invoke(cli.app, words)
    assert (program, answer.exit_code) == ("harvest", ExitCode.DONE), answer.output


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("-h", "--help"),
        ("help", "--help"),
        ("plan -h", "plan --help"),
        ("help law", "law --help"),
        ("version", "--version"),
    ],
)
def test_help_is_had_as_people_type_it(words: str, same: str) -> None:
    said, expected = (CliRunner().invoke(cli.app, typed.split()) for typed in (words, same))
    assert (said.exit_code, said.output) == (ExitCode.DONE, expected.output)
