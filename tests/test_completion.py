"""Completion as a shell asks for it: by environment variables, and what is printed is what the shell offers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSEHOLD = "examples/household"


def asked(**environment: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-m", "planner"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return ran.stdout.splitlines()


def bash(*words: str) -> list[str]:
    """The words as bash passes them on, one a line, broken at colons; the cursor is on the last."""
    return asked(_HARVEST_COMPLETE="complete_bash", COMP_WORDS="\n".join(words), COMP_CWORD=str(len(words) - 1))


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["harvest", "exp"], ["explain", "export"]),
        (["harvest", "explain", HOUSEHOLD, "NK"], ["NKE"]),
        (["harvest", "explain", HOUSEHOLD, "Schwab", ":", "NK"], ["NKE:2021-11-08:1", "NKE:2024-07-01:1"]),
        (
            ["harvest", "explain", HOUSEHOLD, "Wallet", ":", "BTC", ":"],
            ["2022-11-21:1", "2025-10-03:1", "2026-01-14:1"],
        ),
        (["harvest", "plan", HOUSEHOLD, "--scenario", "W"], [r"Wait\ for\ next\ year"]),
        (["harvest", "plan", HOUSEHOLD, "--scenario", "'W"], ["Wait for next year"]),
        (["harvest", "compare", HOUSEHOLD, "--scenario", "w"], [r"wait\ for\ January"]),
        (["harvest", "law", "2026"], ["2026"]),
        (["harvest", "export", HOUSEHOLD, "form"], ["form-8949"]),
    ],
)
def test_bash_is_offered_words_it_can_put_in(words: list[str], offered: list[str]) -> None:
    assert bash(*words) == offered


def test_what_bash_has_already_put_in_is_not_put_in_twice(tmp_path: Path) -> None:
    """It escapes the blank, breaks at the colon, and asks again."""
    household = (
        '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 1\n'
        '[[accounts]]\nname = "Joint, ours"\nkind = "taxable"\nlots = "lots.csv"\n'
    )
    (tmp_path / "household.toml").write_text(household)
    (tmp_path / "lots.csv").write_text(
        "symbol,quantity,acquired,basis,price,asset_class\nVTI,1,2024-01-05,100,90,etf\n"
    )
    line = ["harvest", "explain", str(tmp_path)]
    assert bash(*line, "Joi") == [r"Joint,\ ours:VTI:2024-01-05:1"]
    assert bash(*line, r"Joint,\ ours", ":") == ["VTI:2024-01-05:1"]
    assert bash(*line, r"Joint,\ ours", ":", "V") == ["VTI:2024-01-05:1"]


def test_zsh_and_fish_are_told_what_an_offer_stands_for() -> None:
    line = f"harvest explain {HOUSEHOLD} Schwab:NKE:2021"
    (zsh,) = asked(_HARVEST_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS=line)
    assert zsh == r"""_arguments '*: :(("Schwab\\:NKE\\:2021-11-08\\:1":"50 NKE"))'"""
    fish = asked(_HARVEST_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args", _TYPER_COMPLETE_ARGS=line)
    assert fish == ["Schwab:NKE:2021-11-08:1\t50 NKE"]


@pytest.mark.parametrize("broken", ["no such folder", "not a household", "refused"])
def test_a_household_that_cannot_be_read_is_offered_as_nothing_and_nothing_is_said(tmp_path: Path, broken: str) -> None:
    if broken != "no such folder":
        (tmp_path / "household.toml").write_text("[taxpayer\n" if broken == "not a household" else "[plann]\n")
    folder = str(tmp_path if broken != "no such folder" else tmp_path / "nowhere")
    assert [word for word in bash("harvest", "explain", folder, "N") if word] == []
    assert [word for word in bash("harvest", "plan", folder, "--scenario", "") if word] == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_understands(shell: str) -> None:
    script = "\n".join(asked(_HARVEST_COMPLETE=f"source_{shell}"))
    assert "_HARVEST_COMPLETE" in script
    if shutil.which(shell) is not None:
        ran = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, "")
