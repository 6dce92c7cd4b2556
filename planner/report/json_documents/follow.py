"""`harvest.follow/1`: a saved plan beside what happened since."""

from __future__ import annotations

from typing import Annotated, Literal

from planner.analysis.follow import BrokenWindow, Followed, FollowedSale, Progress
from planner.report.json_documents.values import Day, Money, Quantity, TypedDict, filled, one_of


class FollowedSaleJson(TypedDict):
    """A planned sale and what was sold of it. `taken_instead`: acquisition days of the lots that the broker took, and
    `units_instead` the units of each; the rest of `sold_quantity` is of the lot named."""

    lot_id: str
    account: str
    symbol: str
    planned_quantity: Quantity
    sold_quantity: Quantity
    status: Annotated[str, one_of(*Progress)]
    planned_proceeds: Money
    proceeds: Money
    planned_date: Day
    sold_on: list[Day]
    taken_instead: list[Day | None]
    units_instead: list[Quantity]


class UnplannedSaleJson(TypedDict):
    """Units sold since the plan that it does not name."""

    lot_id: str
    account: str
    symbol: str
    date: Day
    quantity: Quantity
    gain: Money


class BrokenWindowJson(TypedDict):
    """A purchase since the plan that washed a loss sale."""

    symbol: str
    account: str
    date: Day
    quantity: Quantity
    disallowed_loss: Money
    permanently_lost: Money


class OlderPurchaseJson(TypedDict):
    """A purchase before the plan that washed a loss sale since. `date` null: only the broker's figure tells of it.
    `planned_lot`: the plan's own sale of these shares, null where it has none."""

    symbol: str
    account: str
    date: Day | None
    quantity: Quantity
    disallowed_loss: Money
    permanently_lost: Money
    planned_lot: str | None


class ByPlanAloneJson(TypedDict):
    """A sale of which the saved plan alone says the lot: no file has its basis, and [[basis]] may."""

    account: str
    symbol: str
    sold: Day
    acquired: Day | None
    quantity: Quantity
    basis: Money


class RealizedSoFarJson(TypedDict):
    """Gains and losses before § 1091."""

    planned: Money
    so_far: Money


class RecognizedSoFarJson(TypedDict):
    """The same gains and losses after § 1091."""

    planned: Money
    so_far: Money


class LeftJson(TypedDict):
    """The net benefit of a plan of what is left."""

    total: Money


class FollowJson(TypedDict):
    """What became of a plan. Gains are signed and before § 1091, but for `recognized`; the two losses are positive."""

    schema: Literal["harvest.follow/1"]
    sales: list[FollowedSaleJson]
    not_planned: list[UnplannedSaleJson]
    broken_windows: list[BrokenWindowJson]
    older_purchases: list[OlderPurchaseJson]
    realized: RealizedSoFarJson
    recognized: RecognizedSoFarJson
    left: LeftJson
    as_of: Day
    plan_as_of: Day
    by_plan_alone: list[ByPlanAloneJson]


def follow_document(followed: Followed) -> FollowJson:
    return filled(
        FollowJson,
        followed,
        schema="harvest.follow/1",
        sales=[_sale(sale) for sale in followed.sales],
        not_planned=[filled(UnplannedSaleJson, sale, date=sale.sold) for sale in followed.not_planned],
        broken_windows=[filled(BrokenWindowJson, window, date=window.bought) for window in followed.broken_windows],
        older_purchases=[_older(window) for window in followed.older_purchases],
        recognized=filled(RecognizedSoFarJson, planned=followed.recognized_planned, so_far=followed.recognized_so_far),
        realized=filled(RealizedSoFarJson, planned=followed.realized_planned, so_far=followed.realized_so_far),
        left=filled(LeftJson, total=followed.left),
        plan_as_of=followed.plan.as_of,
        by_plan_alone=[filled(ByPlanAloneJson, sale) for sale in followed.by_plan_alone],
    )


def _sale(sale: FollowedSale) -> FollowedSaleJson:
    return filled(
        FollowedSaleJson,
        sale,
        lot_id=sale.planned.lot_id,
        account=sale.planned.account,
        symbol=sale.planned.symbol,
        planned_quantity=sale.planned.quantity,
        status=sale.progress,
        planned_proceeds=sale.planned.proceeds,
        planned_date=sale.planned.sold,
        units_instead=[units for _, units in sale.instead],
    )


def _older(window: BrokenWindow) -> OlderPurchaseJson:
    its_sale = window.its_sale.planned.lot_id if window.its_sale else None
    return filled(OlderPurchaseJson, window, date=window.bought, planned_lot=its_sale)
