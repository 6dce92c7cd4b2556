"""A year of two brokers' own downloads: planned in December, one sale of the wrong lot, bought back too early in
January, filed in February, and handed on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from lifecycle_commands import done

TOML = """
[taxpayer]
tax_year = 2026
filing_status = "married_jointly"
ordinary_income = 140_000
[[accounts]]
name = "Schwab"
lots = "lots.csv"
transactions = "transactions.csv"
realized = "realized.csv"
[[accounts]]
name = "Vanguard"
lots = ["OfxDownload.csv", "unrealized.csv"]
transactions = "OfxDownload.csv"
complete_from = 2026-01-01
"""
SCHWAB = '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period"\n'
INTC = '"INTC Lot Details for  ...412 as of 10:48 AM ET, {}"\n' + SCHWAB
MSFT = '"MSFT Lot Details for  ...412 as of 10:48 AM ET, {}"\n' + SCHWAB
MSFT += '"05/14/2019","120","$480","$128.90","$57600","$15468","Long Term"\n'
TRANSACTIONS = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
REALIZED = '"Realized Gain/Loss - Lot Details for Individual ...412 as of {} from 01/01/2026 to 12/07/2026"\n'
REALIZED += (
    '"Symbol","Name","Closed Date","Opened Date","Quantity","Proceeds","Cost Basis (CB)","Gain/Loss ($)","Term",'
)
REALIZED += '"Wash Sale?","Disallowed Loss"\n'
POSITIONS = "Account Number,Investment Name,Symbol,Shares,Share Price,Total Value,\n"
OFX = "\n\nAccount Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,"
OFX += "Shares,Share Price,Principal Amount,Commission Fees,Net Amount,Accrued Interest,Account Type,\n"
BOUGHT = "61803398,12/01/2026,12/01/2026,Buy,Buy,VTI,VTI,4.0,325.30,-1301.20,0.0,-1301.20,0.0,Cash,\n"
SOLD = "61803398,12/08/2026,12/09/2026,Sell,Sell,BND,BND,-400.0,71.00,28400.00,0.0,28400.00,0.0,Cash,\n"
SOLD += "61803398,12/08/2026,12/09/2026,Sell,Sell,VTI,VTI,-4.0,322.10,1288.40,0.0,1288.40,0.0,Cash,\n"
UNREALIZED = '"Account","Symbol/CUSIP","Description","Acquired date","Cost basis method","Quantity","Cost per share",'
UNREALIZED += '"Total cost","Market value","Short term gain loss","Long term gain loss","Total gain loss"\n'
BND = '"61803398","BND","BND","02/12/2021","SpecID","400.0","86.77","34708.00","28416.00"," - ","-6292.00","-6292.00"\n'
VTI = '"61803398","VTI","VTI","03/12/2018","SpecID","{}","140.00","{}","32215.00"," - ","18215.00","18215.00"\n'
NEW = '"61803398","VTI","VTI","12/01/2026","SpecID","4.0","325.30","1301.20","1288.60","-12.60"," - ","-12.60"\n'
OLD_LOT = '\n[[basis]]\nsymbol = "VTI"\nsold = 2026-12-08\nacquired = 2018-03-12\nbasis = 560\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan of 8 December, and the files of 12 February beside it: Vanguard sold four VTI of the old lot."""
    folder = tmp_path_factory.mktemp("home")

    def write(**files: str) -> None:
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, "utf-8")

    (folder / "household.toml").write_text(TOML, "utf-8")
    held = '"04/12/2021","250","$24.10","$65.20","$6025","$16300","Long Term"\n'
    held += '"02/10/2026","100","$24.10","$29.00","$2410","$2900","Short Term"\n'
    bought = '"02/10/2026","Buy","INTC","INTEL","100","$29.00","","-$2900.00"\n'
    write(lots=INTC.format("12/07/2026") + held + MSFT.format("12/07/2026"), transactions=TRANSACTIONS + bought)
    write(realized=REALIZED.format("Mon Dec 07  19:13:09 EST 2026"), OfxDownload=POSITIONS + OFX + BOUGHT)
    write(unrealized=UNREALIZED + BND + VTI.format("100.0", "14000.00") + NEW)
    saved = done("plan", folder, "--as-of", "2026-12-08", "--json").stdout
    (folder.parent / "plan.json").write_text(saved, "utf-8")
    sales = '"12/08/2026","Sell","INTC","INTEL","250","$24.05","","$6012.50"\n'
    sales += '"12/08/2026","Sell","INTC","INTEL","100","$24.05","","$2405.00"\n'
    write(lots=MSFT.format("02/12/2027"), transactions=TRANSACTIONS + sales + bought)
    closed = '"INTC","INTEL","12/08/2026","02/10/2026","100","$2,405.00","$2,900.00","-$495.00","Short Term","No",""\n'
    closed += (
        '"INTC","INTEL","12/08/2026","04/12/2021","250","$6,012.50","$16,300.00","-$10,287.50","Long Term","No",""\n'
    )
    write(realized=REALIZED.format("Fri Feb 12  19:13:09 EST 2027") + closed)
    january = "61803398,01/05/2027,01/06/2027,Buy,Buy,INTC,INTC,50.0,24.00,-1200.00,0.0,-1200.00,0.0,Cash,\n"
    again = NEW.replace("VTI", "INTC").replace("12/01/2026", "01/05/2027").replace('"4.0"', '"50.0"')
    write(OfxDownload=POSITIONS + OFX + january + SOLD + BOUGHT)
    write(unrealized=UNREALIZED + VTI.format("96.0", "13440.00") + NEW + again.replace("1301.20", "1200.00"))
    return folder


def test_the_wrong_lot_is_seen_and_what_the_plan_knows_is_entered_for_the_return(home: Path, tmp_path: Path) -> None:
    words = "follow", home, home.parent / "plan.json", "--as-of", "2027-02-15"
    document = json.loads(done(*words, "--json").stdout)
    status = {sale["symbol"]: sale["status"] for sale in document["sales"]}
    assert status == {"INTC": "done", "BND": "done", "VTI": "other_lot"}
    screen = done(*words).stdout
    tables = "\n".join(line.strip() for line in screen[screen.index("    [[basis]]") :].splitlines())
    (home / "household.toml").write_text(TOML + tables + OLD_LOT, "utf-8")
    (window,) = json.loads(done(*words, "--json").stdout)["broken_windows"]
    assert (window["date"], window["disallowed_loss"]) == ("2027-01-05", 2057.5)  # 50 of the older lot's 250

    for kind in ("form-8949", "reconcile"):
        done("export", home, kind, "--output", tmp_path / kind, "--as-of", "2027-02-15")
    form, typed = (
        {row["a_description"]: row for row in csv.DictReader(io.StringIO((tmp_path / kind).read_text("utf-8-sig")))}
        for kind in ("form-8949", "reconcile")
    )
    gains = {"100 sh INTC": "-495.00", "250 sh INTC": "-8230.00", "400 sh BND": "-6308.00", "4 sh VTI": "728.40"}
    assert {name: row["h_gain"] for name, row in form.items()} == gains
    assert typed["250 sh INTC"]["what_to_do"].startswith("Code W: $2,057.50 is disallowed")
    assert typed["100 sh INTC"]["what_to_do"] == ""
    assert typed["400 sh BND"]["agrees"] == "not listed"  # the household's own word is no statement of the broker

    said = " ".join(done("close", home, "--output", tmp_path / "next", "--as-of", "2027-02-15").stdout.split())
    assert "Long-term loss $11,304.60" in said  # 13,809.60 lost, 2,505.00 used beside the 495.00 that is short-term
    assert "Vanguard:INTC:2027-01-05:1 50 $1,200.00 $3,257.50" in said
    assert "Schwab: its files end" not in said  # lots and realized gains of 12 February say what was bought and sold
