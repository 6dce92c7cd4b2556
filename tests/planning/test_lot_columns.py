"""What is asked of the columns of lots is what each lot says by itself, to the last sign."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from planner.domain.lot_table import LotTable
from planner.domain.portfolio import Holding
from planner.optimizer.verify.sale_figures import Order, figures, figures_of_whole
from rules.terms import CENT, ZERO, AssetClass, Lot

CLASSES = (AssetClass.STOCK, AssetClass.ETF, AssetClass.CRYPTO)


def lots(seed: int, places: int = 2) -> LotTable:
    """Lots of which many gain nothing, a cent, or a part of one; of some no one knows the price, basis or day."""
    draw = random.Random(seed)

    def one(n: int) -> Holding:
        quantity = Decimal(draw.randrange(1, 40)) / draw.choice([1, 1, 2, 8])
        price = draw.choice([None, *[Decimal(draw.randrange(1, 9_000)) / 100] * 9])
        gain = draw.choice([ZERO, CENT, -CENT, CENT / 8, Decimal(draw.randrange(-900, 900))])
        worth = quantity * (price or 1)
        basis = draw.choice([None, *[round(max(worth - gain, ZERO), places)] * 9])
        acquired = draw.choice([None, *[date(2025, 1, 1) + timedelta(draw.randrange(40))] * 9])
        symbol = f"S{draw.randrange(4)}"
        lot = Lot(f"L{n}", draw.choice("AB"), symbol, draw.choice(CLASSES), quantity, acquired, basis)
        return Holding(lot, price, f"line {n}")

    return LotTable.of(one(n) for n in range(200))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("amount", [ZERO, CENT])
def test_a_gain_beyond_an_amount_has_its_sign(seed: int, amount: Decimal) -> None:
    table = lots(seed, places=4)
    known = ((h.price, h.lot.basis, h.lot.quantity) for h in table)
    gains = [None if price is None or basis is None else price * units - basis for price, basis, units in known]
    for beyond, gain in zip(table.gain_beyond(amount), gains, strict=True):
        assert np.isnan(beyond) if gain is None else np.sign(beyond) == (gain > amount) - (gain < amount)


@pytest.mark.parametrize("places", [2, 4])
def test_a_basis_with_a_part_of_a_cent_is_seen(places: int) -> None:
    table = lots(1, places)
    wanted = [basis is not None and basis == round(basis, 2) for basis in table.bases]
    assert table.in_cents.tolist() == wanted
    assert sum(wanted) < sum(basis is not None for basis in table.bases) or places == 2


def test_codes_are_of_the_lots_themselves() -> None:
    table = lots(1)
    kinds = list(dict.fromkeys((h.lot.account, h.lot.symbol, h.lot.asset_class) for h in table))
    assert list(table.kinds) == kinds
    assert [kinds[n] for n in table.kind] == [(h.lot.account, h.lot.symbol, h.lot.asset_class) for h in table]


@pytest.mark.parametrize("places", [2, 4])
@pytest.mark.parametrize("times", [1, 10**9])
def test_proceeds_and_gain_are_those_of_the_sale(places: int, times: int) -> None:
    """§ 1001: to the cent, half of one away from zero, of amounts that floats hold and of larger ones."""
    some = [replace(h, lot=replace(h.lot, quantity=h.lot.quantity * times)) for h in lots(2, places)]
    table = LotTable.of(h for h in some if None not in (h.price, h.lot.basis, h.lot.acquired))
    proceeds, gain = figures_of_whole(table, np.arange(len(table)))
    sales = [figures(Order(h, h.lot.quantity, date(2026, 12, 8))) for h in table]
    assert any(h.price * h.lot.quantity * 1000 % 10 == 5 for h in table if h.price is not None) or times > 1
    assert proceeds.tolist() == [float(sale.proceeds) for sale in sales]
    assert gain.tolist() == [float(sale.gain) for sale in sales]


def test_a_security_of_two_classes_in_one_account_is_of_the_last() -> None:
    table = lots(1)
    assert table.class_of == {(h.lot.account, h.lot.symbol): h.lot.asset_class for h in table}
    assert len(table.class_of) < len(table.kinds)
