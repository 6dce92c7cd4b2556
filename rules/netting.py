"""§§ 1222, 1211, 1212: a year's gains and losses netted as on Schedule D, and what of a loss carries over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rules.quickly_made import quickly_made
from rules.terms import NO_RATE_GROUPS, ZERO, Carryover, Gains, RateGroups
from rules.worksheet import Line, Worksheet

SCHEDULE_D = "https://www.irs.gov/forms-pubs/about-schedule-d-form-1040"


@quickly_made
@dataclass(frozen=True, slots=True)
class ScheduleD:
    """Schedule D (Form 1040), lines 1 to 21, signed dollars; only `deductible_loss` is a positive loss.

    `net_short_term` is line 7, `net_long_term` line 15, `total` line 16, `gain_28_percent` line 18, `gain_25_percent`
    line 19 and `deductible_loss` line 21. Lines 18 and 19 are kept even where the form would not ask for them (line 15
    or 16 a loss).
    """

    gains: Gains
    carryover_in: Carryover
    net_short_term: Decimal
    net_long_term: Decimal
    total: Decimal
    gain_28_percent: Decimal
    deductible_loss: Decimal
    groups: RateGroups = NO_RATE_GROUPS
    gain_25_percent: Decimal = ZERO

    @property
    def net_capital_gain(self) -> Decimal:
        """§ 1222(11): the long-term gain that no short-term loss absorbs; never negative."""
        return max(min(self.net_long_term, self.total), ZERO)

    @property
    def gain_or_deduction(self) -> Decimal:
        """The capital gain line of Form 1040 (7; from 2025 on 7a): a gain in full, a loss down to the limit."""
        return -self.deductible_loss if self.total < 0 else self.total

    def rate_gain_worksheet(self) -> Worksheet | None:
        """The 28% Rate Gain Worksheet that fills in line 18; None where the form does not ask for it.

        § 1(h)(4). Lines 3 and 4 (other forms, distributions) are taken to be nothing.
        """
        if self.net_capital_gain <= 0 or not (self.gains.collectibles or self.groups.section_1202):
            return None
        small_business = self.groups.section_1202
        lines = (
            Line("1", "collectibles gain or loss", self.gains.collectibles),
            *((Line("2", "taxable gain on section 1202 stock", small_business),) if small_business else ()),
            Line("5", "long-term loss carried in, Schedule D line 14", -self.carryover_in.long_term),
            Line("6", "short-term loss, Schedule D line 7", min(self.net_short_term, ZERO)),
            Line("7", "lines 1 to 6, not below zero", self.gain_28_percent),
        )
        return Worksheet("28% Rate Gain Worksheet", f"{SCHEDULE_D} (instructions)", lines)

    def recapture_worksheet(self) -> Worksheet | None:
        """The Unrecaptured Section 1250 Gain Worksheet, lines 13 to 18; None where there is no such gain. § 1(h)(6).

        Lines 1 to 12 are what Form 4797, Form 6252 and the statements of funds and partnerships say: the household's.
        """
        if self.net_capital_gain <= 0 or not self.groups.unrecaptured_1250:
            return None
        group_28 = self.gains.collectibles + self.groups.section_1202
        short, carried = min(self.net_short_term, ZERO), -self.carryover_in.long_term
        lines = (
            Line("13", "unrecaptured section 1250 gain of the year", self.groups.unrecaptured_1250),
            Line("14", "28% Rate Gain Worksheet, lines 1 to 4", group_28),
            Line("15", "short-term loss, Schedule D line 7", short),
            Line("16", "long-term loss carried in, Schedule D line 14", carried),
            Line("17", "lines 14 to 16 where they are a loss", max(-(group_28 + short + carried), ZERO)),
            Line("18", "line 13 less line 17, not below zero", self.gain_25_percent),
        )
        return Worksheet("Unrecaptured Section 1250 Gain Worksheet", f"{SCHEDULE_D} (instructions)", lines)

    def worksheet(self) -> Worksheet:
        """The lines as the form shows them: carryovers and the deductible loss in brackets, so negative."""
        lines = [
            Line("1-5", "short-term gains and losses", self.gains.short_term),
            Line("6", "short-term loss carried in", -self.carryover_in.short_term),
            Line("7", "net short-term gain or loss", self.net_short_term),
            Line("8-13", "long-term gains and losses", self.gains.long_term),
            Line("14", "long-term loss carried in", -self.carryover_in.long_term),
            Line("15", "net long-term gain or loss", self.net_long_term),
            Line("16", "both together", self.total),
        ]
        if self.net_capital_gain > 0:
            lines.append(Line("18", "gain in the 28-percent group", self.gain_28_percent))
            if self.groups.unrecaptured_1250:
                lines.append(Line("19", "unrecaptured section 1250 gain", self.gain_25_percent))
        if self.total < 0:
            lines.append(Line("21", "loss that may reduce other income", -self.deductible_loss))
        return Worksheet("Schedule D", SCHEDULE_D, tuple(lines))


def schedule_d(gains: Gains, carryover: Carryover, limit: Decimal, groups: RateGroups = NO_RATE_GROUPS) -> ScheduleD:
    """Net a year's recognized gains with the losses carried in. `limit` is the § 1211(b) amount, positive.

    Netting by character: § 1222(5)-(8), § 1212(b)(1). Deductible loss: § 1211(b). The 28-percent gain is the
    collectibles gain less a net short-term loss and less the long-term carryover, § 1(h)(4) (28% Rate Gain
    Worksheet, lines 5 to 7); a long-term loss of this year on other assets does not reduce it. What of these losses the
    28-percent group cannot take reduces unrecaptured section 1250 gain, § 1(h)(6).
    """
    net_short_term = gains.short_term - carryover.short_term
    net_long_term = gains.long_term - carryover.long_term
    total = net_short_term + net_long_term
    group_28 = gains.collectibles + groups.section_1202 - carryover.long_term + min(net_short_term, ZERO)
    return ScheduleD(
        gains=gains,
        carryover_in=carryover,
        net_short_term=net_short_term,
        net_long_term=net_long_term,
        total=total,
        gain_28_percent=max(group_28, ZERO),
        deductible_loss=min(max(-total, ZERO), limit),
        groups=groups,
        gain_25_percent=max(groups.unrecaptured_1250 - max(-group_28, ZERO), ZERO),
    )


@quickly_made
@dataclass(frozen=True, slots=True)
class CarryoverWorksheet:
    """The Capital Loss Carryover Worksheet and what it says: the losses that go to next year, both positive."""

    worksheet: Worksheet
    carryover: Carryover


def carryover_worksheet(schedule: ScheduleD, taxable_income: Decimal) -> CarryoverWorksheet | None:
    """The losses carried to next year, § 1212(b), or None where none remain. `taxable_income` may be negative.

    The deduction is used up only to the extent there is income to absorb it (lines 1 to 4), and what is used counts
    as short-term gain, so that short-term loss goes first: § 1212(b)(2). As the instructions say, the worksheet
    is for a loss beyond the deductible amount, or a taxable income below zero.
    """
    loss = -schedule.total
    if loss <= 0 or (loss <= schedule.deductible_loss and taxable_income >= 0):
        return None
    short, long = schedule.net_short_term, schedule.net_long_term
    line_3 = max(taxable_income + schedule.deductible_loss, ZERO)
    line_4 = min(schedule.deductible_loss, line_3)
    line_5 = max(-short, ZERO)
    lines = [
        Line("1", "taxable income, below zero where it is", taxable_income),
        Line("2", "deductible loss, Schedule D line 21", schedule.deductible_loss),
        Line("3", "lines 1 and 2, not below zero", line_3),
        Line("4", "deduction used up", line_4),
        Line("5", "short-term loss, Schedule D line 7", line_5),
    ]
    short_out = long_out = ZERO
    if short < 0:
        line_6 = max(long, ZERO)
        line_7 = line_4 + line_6
        short_out = max(line_5 - line_7, ZERO)
        lines += (
            Line("6", "long-term gain, Schedule D line 15", line_6),
            Line("7", "lines 4 and 6", line_7),
            Line("8", "short-term loss to next year", short_out),
        )
    if long < 0:
        line_10 = max(short, ZERO)
        line_11 = max(line_4 - line_5, ZERO)
        line_12 = line_10 + line_11
        long_out = max(-long - line_12, ZERO)
        lines += (
            Line("9", "long-term loss, Schedule D line 15", -long),
            Line("10", "short-term gain, Schedule D line 7", line_10),
            Line("11", "deduction left after short-term loss", line_11),
            Line("12", "lines 10 and 11", line_12),
            Line("13", "long-term loss to next year", long_out),
        )
    return CarryoverWorksheet(
        Worksheet("Capital Loss Carryover Worksheet", f"{SCHEDULE_D} (instructions)", tuple(lines)),
        Carryover(short_out, long_out),
    )
