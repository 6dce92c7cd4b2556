"""Plans made by hand: a report shows what a plan holds, whatever that is, so none of this need be a good plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from planner.domain.carryover_value import CarryoverValue
from planner.domain.case import Case, Check, FileRead, SkippedRow
from planner.domain.errors import Caution
from planner.domain.household import Account, Household, Taxpayer
from planner.domain.plan import (
    Benefit,
    Cancellation,
    DoubleUp,
    HeldBack,
    NearLongTerm,
    Plan,
    Sale,
    Scheduled,
    Status,
    WashState,
    Window,
)
from planner.domain.plan_limits import PlanLimits
from planner.domain.portfolio import Holding, RealizedDisposition, Transaction
from planner.domain.swaps import Replacement, Replacements
from rules.liability import Liability, TaxReturn, liability
from rules.tax_year import tax_year
from rules.terms import AssetClass, Carryover, Character, FilingStatus, Gains, Lot, Owner

AS_OF = date(2026, 12, 8)
SOLD = date(2026, 12, 15)
SAFE = date(2027, 1, 15)


def year(short_term: str = "0", long_term: str = "0", collectibles: str = "0") -> Liability:
    """A single person's 2026 with these net gains."""
    facts = TaxReturn(
        law=tax_year(2026),
        status=FilingStatus.SINGLE,
        ordinary_income=Decimal(120_000),
        qualified_dividends=Decimal(0),
        net_investment_income=Decimal(0),
        deduction=Decimal(16_100),
        carryover=Carryover(),
    )
    return liability(facts, Gains(Decimal(short_term), Decimal(long_term), Decimal(collectibles)))


def sale(lot_id: str, *, account: str = "Schwab", symbol: str = "VXUS", gain: str = "-1234.56") -> Sale:
    return Sale(
        lot_id=lot_id,
        account=account,
        symbol=symbol,
        asset_class=AssetClass.ETF,
        date=SOLD,
        quantity=Decimal("25.5"),
        proceeds=Decimal("10000.00"),
        basis=Decimal("10000.00") - Decimal(gain),
        gain=Decimal(gain),
        character=Character.SHORT,
        reason="saves $296.29 of tax",
        rebuy_on=SAFE,
        wash_state=WashState.CLEAN,
    )


COINS = replace(
    sale("Wallet:BTC:2026-01-14:1", account="Wallet", symbol="BTC", gain="-8765.43"),
    asset_class=AssetClass.CRYPTO,
    quantity=Decimal("0.00000001"),
    rebuy_on=None,
    wash_state=None,
)
WASHED = replace(
    sale("Schwab:BND:2021-02-09:1", symbol="BND", gain="-500.00"),
    character=Character.LONG,
    disallowed_loss=Decimal("50.00"),
    permanently_lost=Decimal("20.00"),
    whole_lot=False,
    wash_state=WashState.PERMANENTLY_LOST,
)
WINDOW = Window(
    "VXUS",
    date(2026, 11, 15),
    date(2027, 1, 14),
    SAFE,
    "1 lot sold at a loss",
    sold=(SOLD,),
    accounts=("Schwab", "Wallet"),
    scheduled=(Scheduled(date(2026, 12, 30), "Schwab", "VXUS", Decimal("3.5"), Decimal("12.34"), False),),
)
IXUS = Replacement("IXUS", "iShares Core MSCI Total", "also holds it; on another index", "I-07", "foreign markets")


def made_plan(*sales: Sale, status: Status = Status.PROVEN, gap: str = "0.04") -> Plan:
    """A plan of these sales with a line of every kind."""
    benefit = Benefit(Decimal("3210.00"), Decimal("259.15"), Decimal("-12.00"), Decimal("7.01"), Decimal(0))
    return Plan(
        tax_year=2026,
        as_of=AS_OF,
        sale_date=SOLD,
        scenario=None,
        status=status,
        baseline=year(short_term="10000"),
        planned=year(short_term="-5000"),
        benefit=replace(benefit, bound=benefit.total + Decimal(gap)),
        sales=sales,
        held_back=(
            HeldBack("Schwab:COST:2025-02-13:1", "COST", Decimal("-1417.00"), "you asked to keep it"),
            HeldBack("Schwab:XYZ:Various:1", "XYZ", None, "its basis is not known"),
        ),
        windows=(WINDOW,),
        cancellations=(Cancellation(date(2027, 1, 4), "IRA", "VXUS", Decimal("11"), Decimal("34.41")),),
        cautions=(
            Caution("coverage_incomplete", "IRA: purchases since 2026-11-15 may be missing."),
            Caution("crypto_exempt", "BTC: § 1091 covers stock and securities."),
        ),
        near_long_term=(NearLongTerm("Schwab:LULU:2025-12-22:1", "LULU", Decimal("-961.00"), date(2026, 12, 23)),),
        replacements=(
            Replacements("BND", (), "every candidate is in question"),
            Replacements("BTC", (Replacement("BTC", "", "the same asset", "I-10"),)),
            Replacements("VXUS", (IXUS,)),
        ),
        carryover=CarryoverValue(((None, Decimal("0.1296")),)),
        double_up=DoubleUp(date(2026, 12, 31), date(2026, 11, 30)),
    )


def made_case(holdings: Iterable[Holding] = (), *, sell: bool = True) -> Case:
    """A case with a line of every kind for `harvest check`."""
    household = Household(
        path=Path("home/household.toml"),
        taxpayer=Taxpayer(2026, FilingStatus.SINGLE, Decimal(120_000)),
        accounts=(Account("Schwab", lots=(Path("lots.csv"),)), Account("Wallet", owner=Owner.SPOUSE)),
        plan_limits=PlanLimits(sell=sell),
    )
    return Case(
        household=household,
        as_of=AS_OF,
        holdings=tuple(holdings),
        transactions=(
            Transaction("Schwab", date(2026, 12, 1), "reinvest", "BND", Decimal("0.9"), Decimal("65.71"), "t.csv:2"),
        ),
        realized=(
            RealizedDisposition(
                "Schwab",
                "NVDA",
                AssetClass.STOCK,
                Decimal(60),
                None,
                date(2026, 9, 22),
                Decimal("900.10"),
                Decimal("1000.00"),
                Character.SHORT,
                "r.csv:2",
                disallowed_loss=Decimal("40.00"),
            ),
            RealizedDisposition(
                "Schwab",
                "MSFT",
                AssetClass.STOCK,
                Decimal(1),
                date(2017, 5, 3),
                date(2026, 3, 18),
                Decimal("500"),
                Decimal("70.25"),
                Character.LONG,
                "r.csv:3",
            ),
        ),
        files=(
            FileRead(
                "lots.csv",
                "Schwab",
                "schwab_lot_details",
                "lots",
                3,
                (SkippedRow(9, "a total"),),
                date(2026, 12, 7),
                (
                    Check("total basis", Decimal("100.00"), Decimal("100.00"), agrees=True),
                    Check("total market value", Decimal("190.01"), Decimal("180.02"), agrees=False),
                ),
            ),
        ),
        cautions=(Caution("asset_class_assumed", "XYZ is taken for stock.", "Schwab:XYZ:Various:1"),),
    )


def holding(lot_id: str, *, basis: str | None = "100.00", price: str | None = "90.005", units: str = "1") -> Holding:
    acquired = None if "Various" in lot_id else date(2026, 1, 22)
    lot = Lot(
        lot_id,
        "Schwab",
        lot_id.split(":")[1],
        AssetClass.STOCK,
        Decimal(units),
        acquired,
        None if basis is None else Decimal(basis),
    )
    return Holding(lot, None if price is None else Decimal(price), "lots.csv:2")
