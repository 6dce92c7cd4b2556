"""`harvest verify`: an honest plan holds, and each thing that can be forged in one is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from household_files import ACCOUNT, AS_OF, LOTS, days_ago, write
from typer.testing import CliRunner

from planner.cli import app
from planner.domain.errors import ExitCode

Plan = dict[str, Any]
RECENT = f"DDD,40,{days_ago(10)},1900,50,stock,new\nDDD,100,2024-01-05,9000,50,stock,old\n"
LIMITS = '\n[plan]\nmax_turnover = 40_000\nkeep = ["CCC"]\n\n[realized]\nlong_term = 9_000\n'


def said(*words: str) -> tuple[int, Plan]:
    answer = CliRunner().invoke(app, [*words, "--json"])
    return answer.exit_code, json.loads(answer.stdout)


@pytest.fixture
def household(tmp_path: Path) -> Path:
    """Some losers, a lot bought ten days ago of what is sold, and limits."""
    return write(
        tmp_path, f"{LOTS}AAA,50,2024-02-01,6000,70,stock,a\nBBB,10,2026-03-02,3000,200,stock,b\n{RECENT}", LIMITS
    )


@pytest.fixture
def plan(household: Path) -> Plan:
    code, document = said("plan", str(household), "--as-of", AS_OF.isoformat())
    assert code == ExitCode.DONE
    assert len(document["sales"]) >= 3
    return document


def verified(household: Path, plan: Plan) -> tuple[int, Plan, dict[str, bool | None]]:
    file = household / "plan.json"
    file.write_text(json.dumps(plan), "utf-8")
    code, found = said("verify", str(household), str(file))
    return code, found, {check["name"]: check["holds"] for check in found["checks"]}


def test_an_honest_plan_holds(household: Path, plan: Plan) -> None:
    code, found, checks = verified(household, plan)
    assert code == ExitCode.DONE
    assert found["schema"] == "harvest.verify/1"
    assert (found["holds"], found["differs"]) == (True, [])
    assert checks == {"figures": True, "limits": True, "wash_sales": True, "bound": True}
    assert found["total"] == plan["benefit"]["total"]
    assert found["bound"] == plan["benefit"]["bound"]
    assert found["certified_bound"] == plan["certified_bound"]


def test_a_cancelable_purchase_around_january_that_the_plan_does_not_name_is_made_there_too(tmp_path: Path) -> None:
    """Both are cancelable; only that inside this year's window is called off. In January the other washes 4 shares."""
    wish = '\n[[planned_purchases]]\ndate = {}\naccount = "IRA"\nsymbol = "AAA"\nquantity = 4\ncancelable = true\n'
    ira = '\n[[accounts]]\nname = "IRA"\nkind = "ira"\n'
    gain = "\n[realized]\nlong_term = 20_000\n"
    more = gain + wish.format("2026-12-15") + wish.format("2027-01-20")
    household = write(tmp_path, "AAA,10,2024-01-05,3000,100,stock,a\n", more, accounts=ACCOUNT + ira)
    code, plan = said("plan", str(household), "--as-of", "2026-12-08")
    assert (code, [row["date"] for row in plan["cancellations"]]) == (ExitCode.DONE, ["2026-12-15"])
    assert plan["if_in_january"]["net_loss"] == 1_200
    assert verified(household, plan)[2]["figures"] is True


def test_what_does_not_hold_is_said_in_words(household: Path, plan: Plan) -> None:
    plan["if_in_january"]["net_loss"] += 1
    plan["benefit"]["tax_saved"] += 1
    found = verified(household, plan)[1]
    says = next(check["says"] for check in found["checks"] if check["name"] == "figures")
    assert "the same sales in January: net loss is $" in says
    assert "net benefit: tax saved is $" in says
    assert "_" not in says


def put(*path: str | int, value: Any = None, by: float = 0.0) -> Callable[[Plan], None]:
    """A forgery: a value put in, or a number made larger."""

    def forge(plan: Plan) -> None:
        at: Any = plan
        for key in path[:-1]:
            at = at[key]
        at[path[-1]] = at[path[-1]] + by if by else value

    return forge


def weaker(plan: Plan) -> None:
    """Another price of a dollar: as true as the first, and it proves less."""
    for piece in plan["certificate"]["pieces"]:
        piece["multipliers"]["long"] = 0.5


NOT_PLANNED = {"date": "2026-12-30", "account": "Broker", "symbol": "AAA", "quantity": 1, "saves": 0}
FORGERIES = [
    (put("benefit", "total", by=100), "figures"),
    (put("benefit", "tax_saved", by=0.01), "figures"),
    (put("worksheets", "planned", 0, "lines", 0, "amount", by=1), "figures"),
    (put("if_in_january", "value", by=-0.01), "figures"),
    (put("planned", "total_tax", by=-50), "figures"),
    (put("baseline", "niit", by=1), "figures"),
    (put("sales", 0, "proceeds", by=10), "figures"),
    (put("sales", 0, "gain", by=-10), "figures"),
    (put("sales", 0, "quantity", by=1_000), "figures"),
    (put("sales", 0, "lot_id", value="nobody's"), "figures"),
    (put("cancellations", value=[NOT_PLANNED]), "figures"),
    (put("sales", 0, "disallowed_loss", by=25), "wash_sales"),
    (put("sales", 0, "permanently_lost", by=25), "wash_sales"),
    (put("sales", 0, "rebuy_on", value="2026-12-31"), "wash_sales"),
    (put("windows", value=[]), "wash_sales"),
    (put("benefit", "bound", by=-100), "bound"),
    (put("benefit", "bound", by=10_000), "bound"),
    (put("certificate", "pieces", value=[]), "bound"),
    (weaker, "bound"),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "check"), FORGERIES)
def test_a_forgery_is_found(household: Path, plan: Plan, forge: Callable[[Plan], None], check: str) -> None:
    forge(plan)
    code, found, checks = verified(household, plan)
    assert code == ExitCode.REFUSED
    assert found["holds"] is False
    assert checks[check] is False


@pytest.mark.parametrize(("limit", "key"), [("max_turnover = 1_000", "max_turnover"), ('keep = ["AAA"]', "keep")])
def test_a_plan_that_breaks_a_limit_is_found(household: Path, plan: Plan, limit: str, key: str) -> None:
    file = household / "household.toml"
    old = "max_turnover = 40_000" if key == "max_turnover" else 'keep = ["CCC"]'
    file.write_text(file.read_text("utf-8").replace(old, limit), "utf-8")
    code, found, checks = verified(household, plan)
    assert code == ExitCode.REFUSED
    assert checks["limits"] is False
    assert any(key in check["says"] for check in found["checks"])
    assert "household.toml" in found["differs"]


def test_a_bound_that_only_a_solver_found_is_neither_held_nor_refuted(household: Path, plan: Plan) -> None:
    plan["proven_by"] = "solver"
    weaker(plan)
    code, found, checks = verified(household, plan)
    assert code == ExitCode.DONE
    assert checks["bound"] is None
    assert found["certified_bound"] > found["bound"]
    assert "solver" in found["checks"][-1]["says"]


def test_files_that_have_changed_are_named(household: Path, plan: Plan) -> None:
    lots = household / "lots.csv"
    lots.write_text(lots.read_text("utf-8") + "EEE,1,2024-02-01,10,10,stock,e\n", "utf-8")
    plan["certificate"]["version"] = "0.0.9"
    _, found, checks = verified(household, plan)
    assert found["differs"][0] == "lots.csv"
    assert any("0.0.9" in words for words in found["differs"])
    assert checks["figures"] is True  # of what is sold nothing has changed


def test_what_is_no_plan_is_refused(household: Path) -> None:
    file = household / "plan.json"
    file.write_text('{"schema": "harvest.plan/1"}', "utf-8")
    answer = CliRunner().invoke(app, ["verify", str(household), str(file)])
    assert answer.exit_code == ExitCode.REFUSED
    assert "damaged" in answer.stderr


def test_the_screen_says_what_holds(household: Path, plan: Plan) -> None:
    file = household / "plan.json"
    file.write_text(json.dumps(plan), "utf-8")
    answer = CliRunner().invoke(app, ["verify", str(household), str(file)])
    assert "The plan holds" in answer.stdout
    assert "Bound: holds. Arithmetic alone proves" in answer.stdout


def test_what_does_not_hold_is_in_dollars_and_words(household: Path, plan: Plan) -> None:
    put("benefit", "bound", by=10_000)(plan)
    put("benefit", "total", by=1_000)(plan)
    put("windows", value=[])(plan)
    _, found, _ = verified(household, plan)
    says = {check["name"]: check["says"] for check in found["checks"]}
    assert re.search(r"net benefit: total is \$[\d,]+\.\d\d, not \$[\d,]+\.\d\d", says["figures"])
    assert re.search(r"a gap of \$[\d,]+\.\d\d; at most \$[\d,]+\.\d\d is allowed", says["bound"])
    assert re.search(r"the window of [A-Z]+, closed from 2026-\d\d-\d\d through", says["wash_sales"])
    assert not re.search(r"\['|None|(?<![\d$,.])\d[\d,]*\.\d\d(?!\d)", " ".join(says.values()))


# --- January: a sum of its own ---

WAITING = "\n[plan]\njanuary = true\n\n[realized]\nlong_term = 2_000\n\n[assumptions]\nyears_to_use_carryover = 3\n"
LOW = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 40_000\n'
PUT_OFF = "AAA,10,2024-01-05,21000,100,stock,a\nBTC,1,2024-01-05,3000,1000,crypto,b\n"
RETIRED = f"{LOW}born = 1955-03-01\nmedicare = 1\n"


@pytest.fixture(params=[LOW, RETIRED], ids=["plain", "income edges"])
def waiting(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A year whose gains are taxed at nothing: the losses are worth more in January."""
    return write(tmp_path, PUT_OFF, WAITING, taxpayer=request.param)


def planned_for_january(waiting: Path) -> Plan:
    code, document = said("plan", str(waiting), "--as-of", AS_OF.isoformat())
    assert code == ExitCode.DONE
    assert {sale["date"] for sale in document["sales"]} == {"2027-01-01", "2027-01-04"}
    return document


def test_a_plan_with_january_is_certified_and_holds(waiting: Path) -> None:
    plan = planned_for_january(waiting)
    assert (plan["status"], plan["proven_by"]) == ("proven", "arithmetic")
    assert all("january" in piece["multipliers"] for piece in plan["certificate"]["pieces"])
    code, found, checks = verified(waiting, plan)
    assert (code, set(checks.values())) == (ExitCode.DONE, {True})
    assert found["certified_bound"] == plan["certified_bound"]


def no_january(plan: Plan) -> None:
    """The certificate of another household: it knows of no sum that its plans could move."""
    for piece in plan["certificate"]["pieces"]:
        del piece["multipliers"]["january"]


@pytest.mark.parametrize(
    ("forge", "check"),
    [
        (put("january", "net_loss", by=100), "figures"),
        (put("january", "value", by=0.01), "figures"),
        (put("january", value=None), "figures"),
        (put("benefit", "carryover_value", by=1), "figures"),
        (put("sales", 0, "date", value="2027-01-05"), "limits"),
        (put("sales", 0, "date", value="2026-12-31"), "figures"),
        (put("benefit", "bound", by=-100), "bound"),
        (no_january, "bound"),
    ],
)
def test_a_forgery_of_january_is_found(waiting: Path, forge: Callable[[Plan], None], check: str) -> None:
    plan = planned_for_january(waiting)
    forge(plan)
    code, _, checks = verified(waiting, plan)
    assert code == ExitCode.REFUSED
    assert checks[check] is False
