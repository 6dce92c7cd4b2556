"""A browser without a window, from the machine's own packages, and the example's page to look at in it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.golden.regenerate import AS_OF, ROOT, said, working_in

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 90_000  # milliseconds: a machine may be busy with other tests


@dataclass
class Seen:
    """What a page said and asked for while it was looked at."""

    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Look = Callable[..., tuple[Page, Seen]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Skips where there is none, but not in CI, where these tests have to run.

    It is closed after its module: Playwright's loop would be in the way of other tests that run one.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"no browser on this machine: none of {', '.join(NAMES)} (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of examples/household, exported as a user would."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    with working_in(ROOT):
        answer = said(["export", "examples/household", "html", "--output", str(path), "--as-of", AS_OF])
    assert path.is_file(), answer
    return path


@pytest.fixture(scope="session")
def plan() -> dict[str, Any]:
    """What `harvest plan --json` says of the same household."""
    with working_in(ROOT):
        said_of_it: dict[str, Any] = json.loads(said(["plan", "examples/household", "--as-of", AS_OF, "--json"]))
    return said_of_it


@pytest.fixture
def look(browser: Browser) -> Iterator[Look]:
    """Opens a file from disk, as wide as asked, and takes down what it says and asks for."""
    contexts = []

    def opened(path: Path, width: int = 1280, **context: Any) -> tuple[Page, Seen]:
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **context))
        contexts[-1].set_default_timeout(PATIENCE)
        page, seen = contexts[-1].new_page(), Seen()
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("dialog", lambda dialog: seen.said.append(dialog.message))
        page.on("request", lambda request: seen.asked.append(request.url))
        page.goto(path.as_uri())
        return page, seen

    yield opened
    for context in contexts:
        context.close()
