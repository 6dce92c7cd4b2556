"""What is released is what is here: the wheel's list of files, its command, and whose `rules` is imported."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("planner", "rules")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    built = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    finished = subprocess.run(build, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    (file,) = built.glob("harvest_planner-*.whl")
    return zipfile.ZipFile(file)


def test_wheel_holds_the_two_packages_whole_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    """hatchling leaves out what git ignores: a figure file dropped that way would only be missed by its user."""
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    here = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == here
    assert {
        "planner/analysis/replacements.toml",
        "rules/__init__.py",
        "rules/figures/2024.toml",
        "rules/figures/2025.toml",
        "rules/figures/2026.toml",
    } <= packed


def test_wheel_brings_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    (described,) = {name.partition("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
    entry_points = wheel.read(f"{described}/entry_points.txt").decode()
    assert entry_points.split() == ["[console_scripts]", "harvest", "=", "planner.cli:main"]
    assert f"{described}/licenses/LICENSE" in wheel.namelist()


def test_rules_is_ours(tmp_path: Path) -> None:
    """PyPI has a distribution named `rules` too; in a shared environment, whichever came last would be imported."""
    show = "import planner, rules; print(planner.__file__); print(rules.__file__)"
    finished = subprocess.run(
        [sys.executable, "-P", "-c", show], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    homes = {Path(line).resolve().parent.parent for line in finished.stdout.split()}
    assert homes == {ROOT}
    assert set(packages_distributions().get("rules", [])) <= {"harvest-planner"}


def test_rules_runs_nothing_when_imported() -> None:
    assert (ROOT / "rules" / "__init__.py").read_text("utf-8") == ""


def test_every_version_that_is_allowed_was_tried() -> None:
    """`make lowest` and `make newest` try the ends of a range: each requirement has both (PEP 440)."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    shipped = [need for extra, needs in extras.items() if extra not in ("dev", "fuzz") for need in needs]
    for need in (*project["dependencies"], *shipped):
        assert re.match(r"[\w.-]+>=[\w.]+,(!=[\w.]+,)?<[\w.]+(; .*)?$", need), need
