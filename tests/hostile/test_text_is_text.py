"""No text of a file reaches a terminal, a file or a symbol as anything but text."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import icalendar
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from planner import cli
from planner.analysis.lot_orders import lot_orders
from planner.analysis.tax_forms import tax_forms
from planner.cli.export_formats import FORMATS, ExportRequest
from planner.domain.errors import Caution, ExitCode
from planner.domain.visible_text import unseen, visible, visible_line, visible_styled, without_marks, without_unseen
from planner.loader import load_case
from planner.loader.tables.cells import BadCell, check_symbol, parse_amount, parse_symbol
from planner.optimizer import plan_case
from planner.report.files.csv_file import csv_text

TAXPAYER = '[taxpayer]\ntax_year = 2026\nfiling_status = "single"\nordinary_income = 100_000\n'
LOTS = "symbol,quantity,acquired,basis,price,lot_id,name\nNKE,100,2025-03-04,7172,61.2,first,Nike\n"
SIGNS = {
    "a title": "\x1b]0;owned\x07",
    "a color": "\x1b[31m",
    "C1": "\x9b31m",
    "NEL": "\x85",
    "delete": "\x7f",
    "backspace": "\x08",
    "override": "\u202e",
    "isolate": "\u2066",
    "mark": "\u200f",
    "arabic mark": "\u061c",
    "zero width": "\u200b",
    "soft hyphen": "\u00ad",
    "joiner": "\u034f",
    "private use": "\ue000",
    "filler": "\u3164",
    "variation": "\ufe0f",
    "tag": "\U000e0041",
    "line": "\u2028",
    "no character": "\uffff",
    "nor this": "\ufffe",
    "nor that": "\U0010ffff",
}
every_sign = pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)


def in_toml(text: str) -> str:
    return '"' + "".join(sign if sign.isascii() and sign.isalnum() else f"\\U{ord(sign):08x}" for sign in text) + '"'


def household(folder: Path, toml: str, lots: str = LOTS) -> str:
    (folder / "household.toml").write_text(toml, "utf-8")
    (folder / "lots.csv").write_text(lots, "utf-8")
    return str(folder)


def invoke(*words: str) -> Result:
    return CliRunner().invoke(cli.app, words, env={"COLUMNS": None})


def assert_text(answer: str) -> None:
    assert unseen(answer.replace("\n", "")) is None


# --- what is seen ---


@every_sign
def test_it_is_written_out(sign: str) -> None:
    shown = visible(f"a{sign}b")
    assert shown.isascii()
    assert shown.startswith("a\\")
    assert unseen(sign)
    assert without_unseen(f"a{sign}b").replace("]0;owned", "").replace("[31m", "").replace("31m", "") == "ab"


def test_everything_that_unicode_calls_control_or_format_or_half_a_pair() -> None:
    """But for the Arabic and Egyptian signs that are seen, and the line break."""
    seen = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and code not in seen and code != 0x0A:
            assert unseen(chr(code)), hex(code)


def test_what_is_honest_stays() -> None:
    for text in ("Müller’s – IRA №1", "黄金 1oz", "Krugerrand® ½", "a\nb", "5 €", "Ω"):
        assert visible(text) == text
    assert visible_line(" a\tb\r\nc ") == "a b c"
    assert without_marks("a\u200eb\x9bc") == "ab\x9bc"
    assert visible_styled("\x1b[1mbold\x1b[0m\x1b]0;x\x07") == "\x1b[1mbold\x1b[0m\\x1b]0;x\\x07"


# --- household.toml ---


@every_sign
@pytest.mark.parametrize(
    "toml",
    [
        '[[accounts]]\nname = {0}\nlots = "lots.csv"\n',
        '[[accounts]]\nname = "a"\nlots = "lots.csv"\nnumbers = ["1", {0}]\n',
        '[[accounts]]\nname = "a"\nlots = {0}\n',
        "[plan]\nkeep = [{0}]\n",
        "[replacements]\nNKE = {0}\n",
        "[replacements]\n{0} = \"LULU\"\n",
        "[symbols]\n{0} = \"NKE\"\n",
        "[prices]\n{0} = 5\n",
        "[scenarios.{0}]\nplan.sell = false\n",
        "[wash_sale]\nidentical = [[\"A\", {0}]]\n",
        "[nonsense]\n{0} = 1\n",
        "[plan]\n{0} = 1\n",
    ],
)  # fmt: skip
def test_a_name_that_hides_a_sign_is_refused_and_shown(tmp_path: Path, sign: str, toml: str) -> None:
    folder = household(tmp_path, TAXPAYER + toml.format(in_toml(f"N{sign}KE")))
    for command in ("plan", "check"):
        answer = invoke(command, folder, "--as-of", "2026-12-08")
        assert answer.exit_code == ExitCode.REFUSED
        assert_text(answer.output)


def test_no_file_name_and_no_argument_is_obeyed(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202e\x9b"
    folder = household(tmp_path, TAXPAYER + f'[[accounts]]\nname = "a"\nlots = {in_toml("x")}\n')
    for words in (
        ["plan", evil],
        ["export", folder, evil, "--output", "x"],
        ["export", folder, "json", "--output", str(tmp_path / evil / evil)],
        ["plan", folder, "--as-of", evil],
        ["plan", folder, "--scenario", evil],
        ["plan", folder, "--time-limit", evil],
        ["compare", folder, "--sweep", evil],
        ["explain", folder, evil],
        [evil],
        ["plan", folder, f"--{evil}"],
    ):
        answer = invoke(*words)
        assert answer.exit_code in (ExitCode.REFUSED, ExitCode.USAGE), words
        assert_text(answer.output)


# --- cells ---


@every_sign
@pytest.mark.parametrize("column", ["lot_id", "name", "account"])
def test_a_cell_that_hides_a_sign(tmp_path: Path, sign: str, column: str) -> None:
    """Refused where it is a control character in an identifier; without the mark, or shown, elsewhere."""
    row = {"lot_id": f"fi{sign}rst", "name": f"Ni{sign}ke", "account": f"Schw{sign}ab"}[column]
    lots = f'symbol,quantity,acquired,basis,price,{column}\nNKE,100,2025-03-04,7172,61.2,"{row}"\n'
    folder = household(tmp_path, TAXPAYER + '[[accounts]]\nname = "Schwab"\nlots = "lots.csv"\n', lots)
    out = tmp_path / "out"
    written = [["plan", "--out", str(out)]] if sign in "\x1b[31m \u202e \uffff" else []  # slow: a few are enough
    for command in (["plan"], ["plan", "--json"], ["check"], ["check", "--json"], *written):
        answer = invoke(command[0], folder, *command[1:], "--as-of", "2026-12-08")
        assert answer.exit_code in (ExitCode.DONE, ExitCode.REFUSED)
        assert_text(answer.output)
    for path in out.glob("*.*"):
        if path.suffix not in (".xlsx", ".html", ".ics"):  # these are read by what opens them, below
            assert_text(path.read_text("utf-8-sig").replace("\r\n", "\n"))


@pytest.mark.parametrize(
    "symbol",
    [
        "N\u00adKE", "N\u034fKE", "N\u200bKE", "\u202eNKE", "NKE\x7f", "N\x9bKE", "NΚE", "NКЕ", "ΝΚΕ", "ＮＫＥ", "nкe",
        "N\uf8ffKE", "NKE\ufffc", "NKE\ufe0f", "ᴺᴷᴱ", "ɴᴋᴇ", "𝐍𝐊𝐄", "NᏦE", "ⲚⲔE",
    ],
)  # fmt: skip
def test_a_symbol_that_looks_like_another_is_that_other(symbol: str) -> None:
    assert check_symbol(parse_symbol(symbol)) == "NKE"


@pytest.mark.parametrize(
    "symbol", ["NЖE", "NΨE", "N٣E", "NKX\u0301", "NאE", "N漢E", "NKE²", "NKE①", "NKE™", "x" * 201, "N\U0001d7d8Ԙ"]
)
def test_a_symbol_with_a_letter_that_no_ticker_has_is_refused(symbol: str) -> None:
    with pytest.raises(BadCell):
        check_symbol(parse_symbol(symbol))


@pytest.mark.parametrize("text", ["1,234²", "1,234.50¹", "100₁", "5①", "(99.10)³"])
def test_the_mark_of_a_footnote_is_no_digit_of_an_amount(text: str) -> None:
    """Unicode's compatible form of `1,234²` is 1,2342."""
    with pytest.raises(BadCell, match="footnote"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("symbol", "same"),
    [
        ("brk.b", "BRK.B"), ("BRK‑B", "BRK-B"), ("黄金", "黄金"), ("münze", "MÜNZE"), ("Gold 1oz®", "GOLD 1OZ®"),
        ("CASH*", "CASH*"),
    ],
)  # fmt: skip
def test_an_honest_symbol_stays(symbol: str, same: str) -> None:
    assert check_symbol(parse_symbol(symbol)) == same


def test_a_purchase_under_a_lookalike_washes_the_sale(tmp_path: Path) -> None:
    """The Greek Kappa of a purchase ten days before hid it: the loss was called clean."""
    toml = TAXPAYER + '[[accounts]]\nname = "a"\nlots = "lots.csv"\n[[accounts]]\nname = "b"\ntransactions = "t.csv"\n'
    for symbol in ("NΚE", "N\u00adKE", "NKE"):
        folder = household(tmp_path, toml)
        (tmp_path / "t.csv").write_text(
            f"date,action,symbol,quantity,amount\n2026-11-28,buy,{symbol},100,6000\n", "utf-8"
        )
        case = load_case(Path(folder), as_of=__import__("datetime").date(2026, 12, 8))
        assert {transaction.symbol for transaction in case.transactions} == {"NKE"}


# --- every writer ---


def test_every_writer_escapes_for_its_own_format(tmp_path: Path) -> None:
    """A plan whose names got past the loader: each file opens in its own reader, and no sign in it is obeyed."""
    from datetime import date

    folder = household(tmp_path, TAXPAYER + '[[accounts]]\nname = "Schwab"\nlots = "lots.csv"\n')
    case = load_case(Path(folder), as_of=date(2026, 12, 8))
    plan = plan_case(case)
    assert plan.sales
    evil = "".join(SIGNS.values()) + "=_x000D_"
    hostile = replace(
        plan,
        sales=tuple(replace(sale, reason=evil) for sale in plan.sales),
        cautions=(*plan.cautions, Caution("evil", evil)),
        windows=tuple(replace(window, because=evil) for window in plan.windows),
    )
    assert lot_orders(hostile, case)
    assert tax_forms(hostile, case)
    for format in FORMATS.values():
        if format.name in ("ibkr", "schwab", "public"):  # of one broker each; their files are JSON and CSV as others
            continue
        content = format.export(ExportRequest(hostile, case)).content
        if format.name == "xlsx":
            texts = [
                str(cell.value)
                for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets
                for row in sheet.iter_rows()
                for cell in row
                if isinstance(cell.value, str)
            ]
            assert any("\\x1b" in text for text in texts)
            assert not any("_x000D_" in text and "_x005F_x000D_" not in text for text in texts)
            assert all(unseen(text) in (None, "\\n") for text in texts)
        else:
            assert_text(content.decode("utf-8-sig").replace("\r\n", "\n").replace("\n", ""))
        if format.name == "json":
            assert json.loads(content)["cautions"][-1]["text"] == evil
        if format.name == "ics":
            assert icalendar.Calendar.from_ical(content)


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠﹢﹣﹫−", "\t=", " =", "\u00a0＝", "\u200b="])
def test_a_cell_that_a_spreadsheet_would_reckon_with(sign: str) -> None:
    (_, (cell,)) = csv.reader(io.StringIO(csv_text(["a"], [[f"{sign}1+1"]])))
    assert cell.startswith(("'", "\\"))


@pytest.mark.parametrize("pair", [r"\ud83d\ude00", r"\ud800", r"\udfff"])
def test_half_a_character_in_toml_is_refused_with_its_line(tmp_path: Path, pair: str) -> None:
    """TOML 1.0 has Unicode scalar values alone; JSON's surrogate pairs, whole or halved, are none."""
    folder = household(tmp_path, f'{TAXPAYER}\n[scenarios."{pair}"]\nplan.sell = false\n')
    answer = CliRunner().invoke(cli.app, ["plan", folder, "--as-of", "2026-12-08"])
    assert answer.exit_code == ExitCode.REFUSED
    assert "household.toml:6" in answer.stderr
    assert "not a Unicode scalar value" in answer.stderr


def test_half_a_character_in_a_saved_plan_is_shown_and_not_printed(tmp_path: Path) -> None:
    folder = household(tmp_path, f'{TAXPAYER}\n[[accounts]]\nname = "A"\nlots = "lots.csv"\n')
    planned = CliRunner().invoke(cli.app, ["plan", folder, "--as-of", "2026-12-08", "--json"])
    document = json.loads(planned.stdout) | {"scenario": "\ud800"}
    (tmp_path / "plan.json").write_text(json.dumps(document), "utf-8")
    answer = CliRunner().invoke(cli.app, ["verify", folder, str(tmp_path / "plan.json")])
    assert answer.exit_code == ExitCode.REFUSED
    assert "\\ud800" in answer.stderr


def test_the_usual_text_is_passed_through_at_once_and_no_other() -> None:
    """Line breaks are no reason to look at each sign; every sign that shows nothing still is."""
    for code in (*range(0x300), 0x200B, 0x202E, 0xFEFF):
        text = f"a\n{chr(code)}b\n"
        hidden = code != 0x0A and (code < 0x20 or 0x7F <= code < 0xA0 or code == 0xAD or code >= 0x300)
        assert (visible(text) == text) is not hidden, hex(code)
