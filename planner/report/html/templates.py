"""How the page is written: nothing that a file says can become markup, and nothing in the page reaches a network.

Jinja2 fills the templates in `parts` with escaping on; the style and the one script are inside the page, and a
policy in it lets the browser apply these two and nothing else.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from planner.domain.visible_text import visible
from planner.report.screens.sales import wash_mark
from planner.report.screens.watch_list import so_too
from planner.report.words import TERM, cents, change, count, day, in_unit, loss_or_gain, money, quantity
from rules.worksheet import Unit

MOST_NAMES = 30  # symbols in a sentence

_CODE = re.compile(r"`([^`]+)`")

Context = dict[str, Any]


def written(template: str, context: Context) -> bytes:
    """The page in UTF-8; the template is also given the page's `style`, `script` and `policy`."""
    folder = files("planner.report.html") / "parts"
    style, script = (folder.joinpath(f"page.{kind}").read_text("utf-8") for kind in ("css", "js"))
    own = {"style": Markup(style), "script": Markup(script), "policy": _policy(style, script)}  # ours, and no file's
    text = _environment().get_template(template).render(context | own)
    return visible(text.lstrip()).encode("utf-8", "replace")


def _policy(style: str, script: str) -> str:
    """What the browser may do with the page: apply this style, run this script, and load nothing at all."""

    def digest(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"

    allowed = f"script-src {digest(script)}; style-src {digest(style)}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("planner.report.html", "parts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["MOST_NAMES"] = MOST_NAMES
    environment.filters |= {
        "cents": cents,
        "change": change,
        "coded": _coded,
        "count": count,
        "day": day,
        "drawing": Markup,  # charts.drawing keeps only what is harmless
        "filled": lambda amount, unit=Unit.MONEY: "–" if amount is None else in_unit(amount, unit),
        "loss_or_gain": loss_or_gain,
        "money": money,
        "quantity": quantity,
        "so_too": so_too,
        "term": TERM.__getitem__,
        "wash": wash_mark,
    }
    return environment


def _coded(text: str) -> Markup:
    """Text with what is between backquotes as code; escaped first, so that nothing in it is markup."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))
