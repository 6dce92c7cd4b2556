"""Interactive Brokers' files as users make them: other levels of detail, other date forms, both kinds in one file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

FLEX = """\
<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="U1234567">
{}
</FlexStatement></FlexStatements></FlexQueryResponse>
"""
LOT = (
    '<OpenPosition accountId="U1234567" currency="USD" assetCategory="{kind}" symbol="{symbol}" position="{units}" '
    'markPrice="10" positionValue="{value}" costBasisMoney="{basis}" levelOfDetail="LOT" openDateTime="{day}" '
    'holdingPeriodDateTime="{day}"/>'
)
TRADE = (
    '<{tag} accountId="U1234567" currency="USD" assetCategory="STK" symbol="PYPL" tradeDate="20260304" '
    'quantity="{units}" tradePrice="10" netCash="{cash}" ibCommission="-1" buySell="{side}" '
    'openCloseIndicator="{opened}" levelOfDetail="{level}" transactionID="{number}"/>'
)


def lots(**changed: str) -> str:
    row = {"kind": "STK", "symbol": "PYPL", "units": "3", "value": "30", "basis": "45", "day": "20260304;104523"}
    return FLEX.format(f"<OpenPositions>{LOT.format(**row | changed)}</OpenPositions>")


def trades(*rows: str) -> str:
    return FLEX.format(f"<Trades>{''.join(rows)}</Trades>")


def trade(**changed: str) -> str:
    row = {
        "tag": "Trade",
        "units": "3",
        "cash": "-31",
        "side": "BUY",
        "opened": "O",
        "level": "EXECUTION",
        "number": "1",
    }
    return TRADE.format(**row | changed)


@pytest.mark.parametrize(
    "day", ["20260304;104523", "2026-03-04, 10:45:23", "2026-03-04 10:45:23", "20260304", "03/04/2026"]
)
def test_a_query_may_write_its_dates_in_any_form(load, day):
    (held,) = load(lots=lots(day=day)).holdings
    assert held.lot.acquired == date(2026, 3, 4)


def test_an_option_contract_is_worth_a_hundred_shares(load):
    (held,) = load(
        lots=lots(kind="OPT", symbol="TQQQ  270115C00070000", units="2", value="2000", basis="2400")
    ).holdings
    assert (held.lot.asset_class, held.price, held.lot.basis) == ("option", Decimal(1000), Decimal(2400))


@pytest.mark.parametrize("kind", ["FUT", "CASH"])
def test_futures_and_currency_are_skipped_with_the_reason(load, kind):
    case = load(lots=lots(kind=kind))
    assert (case.holdings, len(case.files[0].skipped)) == ((), 1)
    assert "§ 1256" in case.files[0].skipped[0].why


def test_a_short_position_is_skipped(load):
    case = load(lots=lots(units="-3", value="-30", basis="-45"))
    assert (case.holdings, len(case.files[0].skipped)) == ((), 1)


def test_another_currency_is_refused(refused):
    (said,) = refused(lots=lots().replace('"USD"', '"EUR"'))
    assert "EUR: only dollars are read" in said


def test_orders_are_not_counted_beside_their_executions(load):
    rows = [trade(tag="Order", level="ORDER"), trade(), trade(tag="SymbolSummary", level="SYMBOL_SUMMARY")]
    case = load(transactions=trades(*rows))
    assert len(case.transactions) == 1
    assert [row.why for row in case.files[0].skipped] == [
        "a ORDER row, which repeats the executions",
        "a SYMBOL_SUMMARY row, which repeats the executions",
    ]


def test_orders_are_read_where_the_query_has_no_executions(load):
    (bought,) = load(transactions=trades(trade(tag="Order", level="ORDER"))).transactions
    assert (bought.action, bought.amount, bought.fees) == ("buy", Decimal(31), Decimal(1))


def test_what_opens_a_short_sale_is_skipped_and_what_closes_it_too(load):
    sold_short = trade(side="SELL", opened="O", units="-3", cash="29", number="1")
    covered = trade(side="BUY", opened="C", number="2")
    case = load(transactions=trades(sold_short, covered))
    assert (case.transactions, len(case.files[0].skipped)) == ((), 2)


def test_a_statement_without_lots_is_of_positions_and_says_what_to_tick(load, fixtures):
    text = (fixtures / "ibkr_activity.csv").read_text()
    summaries = "".join(line for line in text.splitlines(keepends=True) if ",Lot," not in line)
    case = load(lots=summaries)
    assert (case.files[0].kind, {held.lot.acquired for held in case.holdings}) == ("positions", {None})
    (caution,) = [caution for caution in case.cautions if caution.code == "positions_only"]
    assert "so that lots are shown" in caution.text


def test_a_consolidated_statement_names_its_section_otherwise(load, fixtures):
    text = (fixtures / "ibkr_activity.csv").read_text().replace("\nOpen Positions,", "\nLong Open Positions,")
    assert len(load(lots=text).holdings) == 3


def test_one_file_is_read_for_its_lots_and_for_its_trades(load, fixtures):
    text = (fixtures / "ibkr_flex.xml").read_text()
    case = load(lots=text, transactions=text)
    assert ([file.rows for file in case.files], len(case.transactions)) == ([3, 2], 2)


def test_a_query_in_csv_with_trailer_records(load, fixtures):
    rows = (fixtures / "ibkr_flex.csv").read_text().splitlines(keepends=True)
    wrapped = '"BOF","U2357111"\n' + "".join(rows[:3] + rows[:1] + rows[3:]) + '"EOF","U2357111"\n'
    case = load(lots=wrapped)
    assert len(case.holdings) == 3
    assert "the header again" in [row.why for row in case.files[0].skipped]


@pytest.mark.parametrize("damage", ["<!DOCTYPE FlexQueryResponse [<!ENTITY a 'b'>]>", "<FlexQueryResponse>"])
def test_a_dangerous_or_broken_query_is_refused(refused, damage):
    assert refused(lots=damage + lots())
