"""`harvest mcp`, spoken to by the protocol's own client over standard input and output."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp import Client, StdioServerParameters, types
from typer.testing import CliRunner

from planner import cli
from planner.cli.mcp_tools import COMMANDS
from planner.domain.errors import ExitCode
from tests.golden.schemas import schema_of, validator

ROOT = Path(__file__).resolve().parents[1]
HOUSEHOLD = str(ROOT / "examples" / "bitcoin-loss")
AS_OF = "2026-12-08"
Answer = TypeVar("Answer")


def talk(with_it: Callable[[Client], Awaitable[Answer]]) -> Answer:
    """A conversation with a server of its own, which ends with it."""

    async def run() -> Answer:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        server = StdioServerParameters(command=sys.executable, args=["-m", "planner", "mcp"], env=environment)
        async with Client(server, read_timeout_seconds=120) as client:
            return await with_it(client)

    return anyio.run(run)


def called(tool: str, **arguments: Any) -> types.CallToolResult:
    async def call(client: Client) -> types.CallToolResult:
        result = await client.call_tool(tool, arguments)
        assert isinstance(result, types.CallToolResult)
        return result

    return talk(call)


@pytest.fixture
def untouched() -> Iterator[None]:
    """The household's folder, which must be as before."""

    def bytes_of_all() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in Path(HOUSEHOLD).rglob("*") if path.is_file()}

    before = bytes_of_all()
    yield
    assert bytes_of_all() == before


def test_every_tool_only_reads_and_has_its_published_schema() -> None:
    tools = talk(lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == list(COMMANDS)
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False
        assert tool.output_schema == schema_of(COMMANDS[tool.name].document)
        assert tool.input_schema["additionalProperties"] is False
    said = json.dumps([tool.input_schema for tool in tools])
    assert not any(word in said for word in ('"out"', "output", "force", "scheduler", "watch"))


def test_a_plan_is_the_document_of_the_command(untouched: None) -> None:
    answer = called("plan", path=HOUSEHOLD, as_of=AS_OF)
    assert answer.is_error is False
    validator("harvest.plan/1").validate(answer.structured_content)
    printed = CliRunner().invoke(cli.app, ["plan", HOUSEHOLD, "--as-of", AS_OF, "--json"]).stdout
    content = answer.content[0]
    assert isinstance(content, types.TextContent)
    assert json.loads(content.text)["sales"] == json.loads(printed)["sales"]


def test_a_trade_is_asked_about_with_its_arguments_in_their_places(untouched: None) -> None:
    answer = called("ask", path=HOUSEHOLD, action="buy", symbol="VTI", quantity=10, as_of=AS_OF)
    assert answer.structured_content is not None
    assert (answer.structured_content["symbol"], answer.structured_content["quantity"]) == ("VTI", 10)


def test_a_refusal_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    answer = called("check", path=str(tmp_path / "nowhere"))
    assert answer.is_error is True
    content = answer.content[0]
    assert isinstance(content, types.TextContent)
    assert "fix: " in content.text


@pytest.mark.parametrize(
    ("tool", "told", "why"),
    [
        ("plan", {"path": "x", "out": "y"}, "plan has no argument `out`"),
        ("plan", {}, "plan needs `path`"),
        ("plan", {"path": 5}, "`path` must be a string"),
        ("ask", {"path": "x", "action": "buy", "symbol": "A", "quantity": "ten"}, "`quantity` must be a number"),
    ],
)
def test_a_tool_is_told_nothing_else(tool: str, told: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        COMMANDS[tool].words(told)


@pytest.mark.parametrize("text", ["--out=elsewhere", "-h", "; rm -rf ~"])
def test_what_a_tool_is_told_is_never_an_option(text: str) -> None:
    words = COMMANDS["explain"].words({"path": text, "lot": text})
    assert words.index("--") < words.index(text)
    assert words[-2:] == [text, text]
    assert COMMANDS["plan"].words({"path": "h", "as_of": text})[2] == f"--as-of={text}"


def test_without_its_library_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["planner.cli.mcp"], "find_spec", lambda name: None)
    answer = CliRunner().invoke(cli.app, ["mcp"])
    assert answer.exit_code == ExitCode.REFUSED
    assert "pip install 'harvest-planner[mcp]'" in answer.stderr
