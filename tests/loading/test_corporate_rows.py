"""The words by which brokers and exchanges tell of corporate actions and migrations, and what each is read as.

Sources: public parsers, help pages and threads (docs/formats.md says how sure each is). What the law makes of the rows
is in tests/law; here only that no row is passed over, and that each side has its sign.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

SCHWAB = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"\n'
ROBINHOOD = (
    '"Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"\n'
)
FIDELITY = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date\n"
)
VANGUARD = (
    "Account Number,Trade Date,Settlement Date,Transaction Type,Transaction Description,Investment Name,Symbol,Shares,"
    "Share Price,Principal Amount,Commission Fees,Net Amount,Accrued Interest,Account Type,\n"
)
ETRADE = (
    "Activity/Trade Date,Transaction Date,Settlement Date,Activity Type,Description,Symbol,Cusip,Quantity #,Price $,"
    "Amount $,Commission,Category,Note\n"
)
KRAKEN = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"\n'
COINBASE = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)
CRYPTO_COM = (
    "Timestamp (UTC),Transaction Description,Currency,Amount,To Currency,To Amount,Native Currency,Native Amount,"
    "Native Amount (in USD),Transaction Kind,Transaction Hash\n"
)


def schwab(word: str, symbol: str, units: str, cash: str = "") -> str:
    return f'"06/10/2026","{word}","{symbol}","X INC","{units}","","","{cash}"\n'


def robinhood(code: str, symbol: str, units: str, cash: str = "") -> str:
    return f'"6/10/2026","6/10/2026","6/10/2026","{symbol}","X INC","{code}","{units}","","{cash}"\n'


def fidelity(sentence: str, symbol: str, units: str, cash: str = "") -> str:
    return f'06/10/2026,"I","X1","{sentence}",{symbol},"X INC",Cash,,{units},,,,{cash},\n'


def vanguard(word: str, symbol: str, units: str, cash: str = "0.0") -> str:
    return f"1,2026-06-10,2026-06-11,{word},{word},X INC,{symbol},{units},0.0,0.0,0.0,{cash},0.0,CASH,\n"


def etrade(word: str, symbol: str, units: str, cash: str = "") -> str:
    return f"06/10/26,06/10/26,,{word},X INC,{symbol},,{units},,{cash},,,\n"


def kraken(number: int, kind: str, subtype: str, asset: str, units: str, ref: str = "") -> str:
    moment = f"2026-06-10 14:00:0{number}"
    return f'"L{number}","{ref or number}","{moment}","{kind}","{subtype}","currency","{asset}",{units},0,0\n'


def coinbase(number: int, kind: str, asset: str, units: str, dollars: str) -> str:
    return f"a{number},2026-06-10 15:02:11 UTC,{kind},{asset},{units},USD,$1,{dollars},{dollars},$0.00,\n"


def crypto_com(kind: str, asset: str, units: str, dollars: str) -> str:
    return f"2026-06-10 15:00:00,x,{asset},{units},,,USD,{dollars},{dollars},{kind},\n"


DELISTED = "delistingconversion"
OUT_AND_IN = {("exchange_out", "OLD", "100"), ("exchange_in", "NEW", "10")}

CASES = {
    "schwab reverse split": (
        SCHWAB,
        schwab("Reverse Split", "NEW", "10") + schwab("Reverse Split", "OLD", "-100"),
        OUT_AND_IN,
    ),
    "schwab reverse split in one row": (SCHWAB, schwab("Reverse Split", "NEW", "-90"), {("split", "NEW", "-90")}),
    "schwab split": (SCHWAB, schwab("Stock Split", "NEW", "90"), {("split", "NEW", "90")}),
    "schwab stock dividend": (SCHWAB, schwab("Stock Div Dist", "NEW", "5"), {("split", "NEW", "5")}),
    "schwab name change": (
        SCHWAB,
        schwab("Name Change", "NEW", "10") + schwab("Name Change", "OLD", "-100"),
        OUT_AND_IN,
    ),
    "schwab merger": (SCHWAB, schwab("Stock Merger", "OLD", "-100") + schwab("Stock Merger", "NEW", "10"), OUT_AND_IN),
    "schwab cash merger": (
        SCHWAB,
        schwab("Cash Merger", "OLD", "", "$700.00") + schwab("Cash Merger Adj", "OLD", "-100"),
        {("exchange_out", "OLD", "0"), ("exchange_out", "OLD", "100")},
    ),
    "schwab spin-off": (SCHWAB, schwab("Spin-off", "NEW", "25"), {("spinoff", "NEW", "25")}),
    "schwab return of capital": (
        SCHWAB,
        schwab("Return Of Capital", "NEW", "", "$9.00"),
        {("return_of_capital", "NEW", "0")},
    ),
    "schwab cash in lieu": (SCHWAB, schwab("Cash In Lieu", "NEW", "", "$9.00"), {("cash_in_lieu", "NEW", "0")}),
    "schwab vest": (SCHWAB, schwab("Stock Plan Activity", "NEW", "12"), {("vest", "NEW", "12")}),
    "robinhood reverse split": (
        ROBINHOOD,
        robinhood("SPR", "NEW", "10") + robinhood("SPR", "NEW", "100S"),
        {("exchange_out", "NEW", "100"), ("exchange_in", "NEW", "10")},
    ),
    "robinhood merger": (ROBINHOOD, robinhood("MRGS", "OLD", "100S") + robinhood("MRGS", "NEW", "10"), OUT_AND_IN),
    "robinhood spin-off": (ROBINHOOD, robinhood("SOFF", "NEW", "25"), {("spinoff", "NEW", "25")}),
    "robinhood free share": (ROBINHOOD, robinhood("REC", "NEW", "1"), {("income", "NEW", "1")}),
    "robinhood shares sent": (ROBINHOOD, robinhood("ACATO", "NEW", "5S"), {("transfer_out", "NEW", "5")}),
    "fidelity reverse split": (
        FIDELITY,
        fidelity("REVERSE SPLIT R/S TO 1#REOR M0051705230001 X INC (OLD) (Cash)", "OLD", "-100")
        + fidelity("REVERSE SPLIT R/S FROM 1#REOR M0051705230000 X INC (NEW) (Cash)", "NEW", "10"),
        OUT_AND_IN,
    ),
    "fidelity name change": (
        FIDELITY,
        fidelity("NAME CHANGED N/C TO 1#REOR M0051705230001 X INC (OLD) (Cash)", "OLD", "-100")
        + fidelity("NAME CHANGED N/C FROM 1#REOR M0051705230000 X INC (NEW) (Cash)", "NEW", "10"),
        OUT_AND_IN,
    ),
    "fidelity merger": (
        FIDELITY,
        fidelity("MERGER MER PAYOUT #REOR M0051705230001 X INC (OLD) (Cash)", "OLD", "-100")
        + fidelity("MERGER MER FROM 1#REOR M0051705230000 X INC (NEW) (Cash)", "NEW", "10"),
        OUT_AND_IN,
    ),
    "fidelity split": (FIDELITY, fidelity("DISTRIBUTION X INC (NEW) (Cash)", "NEW", "90"), {("split", "NEW", "90")}),
    "fidelity spin-off": (
        FIDELITY,
        fidelity("DISTRIBUTION SPINOFF FROM:(OLD ) X INC (NEW) (Cash)", "NEW", "25"),
        {("spinoff", "NEW", "25")},
    ),
    "vanguard conversion": (
        VANGUARD,
        vanguard("Conversion (outgoing)", "OLD", "-100") + vanguard("Conversion (incoming)", "NEW", "10"),
        OUT_AND_IN,
    ),
    "vanguard reverse split": (
        VANGUARD,
        vanguard("Stock split", "OLD", "-100") + vanguard("Stock split", "NEW", "10"),
        OUT_AND_IN,
    ),
    "vanguard split": (VANGUARD, vanguard("Stock split", "NEW", "90"), {("split", "NEW", "90")}),
    "vanguard spin-off": (VANGUARD, vanguard("Corp Action (Spinoff)", "NEW", "25"), {("spinoff", "NEW", "25")}),
    "etrade exchange": (
        ETRADE,
        etrade("Exchange Delivered Out", "OLD", "-100") + etrade("Exchange Received In", "NEW", "10"),
        OUT_AND_IN,
    ),
    "kraken migration in two refids": (
        KRAKEN,
        kraken(1, "transfer", DELISTED, "MATIC", "-100") + kraken(2, "transfer", DELISTED, "POL", "100"),
        {("exchange_out", "MATIC", "100"), ("exchange_in", "POL", "100")},
    ),
    "kraken forced sale": (
        KRAKEN,
        kraken(1, "earn", DELISTED, "NANO", "-50", "R") + kraken(2, "earn", DELISTED, "USDC", "21", "R"),
        {("sell", "NANO", "50"), ("buy", "USDC", "21")},
    ),
    "kraken forced exchange of unknown worth": (
        KRAKEN,
        kraken(1, "transfer", DELISTED, "NANO", "-50") + kraken(2, "transfer", DELISTED, "XXBT", "0.001"),
        {("unexplained", "NANO", "50"), ("unexplained", "BTC", "0.001")},
    ),
    "kraken fork": (KRAKEN, kraken(1, "transfer", "", "ETHW", "2"), {("income", "ETHW", "2")}),
    "kraken unknown adjustment": (KRAKEN, kraken(1, "adjustment", "", "ETHW", "-2"), {("unexplained", "ETHW", "2")}),
    "coinbase migration": (
        COINBASE,
        coinbase(1, "Asset Migration", "MATIC", "-10", "-$2") + coinbase(2, "Asset Migration", "POL", "10", "$2"),
        {("exchange_out", "MATIC", "10"), ("exchange_in", "POL", "10")},
    ),
    "coinbase card": (COINBASE, coinbase(1, "Card Spend", "ETH", "-0.5", "-$900"), {("sell", "ETH", "0.5")}),
    "coinbase half of a migration": (
        COINBASE,
        coinbase(1, "Asset Migration", "MATIC", "-10", "-$2"),
        {("unexplained", "MATIC", "10")},
    ),
    "coinbase unknown": (COINBASE, coinbase(1, "Zorb", "ETH", "-0.5", "-$900"), {("unexplained", "ETH", "0.5")}),
    "crypto.com swap": (
        CRYPTO_COM,
        crypto_com("dynamic_coin_swap_debited", "MCO", "-5", "-15")
        + crypto_com("dynamic_coin_swap_credited", "CRO", "150", "15"),
        {("sell", "MCO", "5"), ("buy", "CRO", "150")},
    ),
    "crypto.com more comes back than was locked": (
        CRYPTO_COM,
        crypto_com("lockup_unlock", "CRO", "5", "15"),
        {("unexplained", "CRO", "5")},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_row_is_read_as_what_it_does(load, name):
    header, rows, expected = CASES[name]
    case = load(transactions=header + rows)
    assert {(row.action, row.symbol, row.quantity) for row in case.transactions} == {
        (action, symbol, Decimal(units)) for action, symbol, units in expected
    }


def test_the_rows_of_a_reorganization_at_fidelity_share_its_number_and_a_spin_off_names_its_parent(load):
    rows = CASES["fidelity reverse split"][1] + CASES["fidelity spin-off"][1]
    case = load(transactions=FIDELITY + rows)
    assert {row.change.group for row in case.transactions if row.action.startswith("exchange")} == {"M005170523"}
    assert [row.change.parent for row in case.transactions if row.action == "spinoff"] == ["OLD"]


STATEMENT = """\
Statement,Header,Field Name,Field Value
Statement,Data,Period,"January 1, 2026 - December 3, 2026"
Account Information,Header,Field Name,Field Value
Account Information,Data,Account,U7654321
Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee,Basis,Code
Trades,Data,Order,Stocks,USD,UAN,"2026-01-05, 10:00:00",100,12,-1200,-1,1201,O
Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Value,Code
Corporate Actions,Data,Stocks,USD,2026-06-01,"2026-05-29, 20:25:00","{}",{},{},0,
Dividends,Header,Currency,Date,Description,Amount
Dividends,Data,USD,2026-06-10,KO(US1912161007) Cash Dividend USD 0.85 per Share (Ordinary Dividend),85
Dividends,Data,Total,,,85
"""


@pytest.mark.parametrize(
    ("sentence", "units", "proceeds", "read"),
    [
        (
            "UAN(US1266331065) Split 4 for 1 (UAN, CVR PARTNERS LP, US1266331065)",
            "300",
            "0",
            ("split", "UAN", "300", ""),
        ),
        (
            "GE(US3696043013) Spinoff  1 for 4 (GEV, GE VERNOVA INC, US36828A1016)",
            "25",
            "0",
            ("spinoff", "GEV", "25", "GE"),
        ),
        (
            "VMW(US9285634021) Merged(Acquisition) WITH US11135F1012 252 FOR 1000 (VMW, VMWARE, US9285634021)",
            "-100",
            "7000",
            ("exchange_out", "VMW", "100", "VMW"),
        ),
        (
            "KO(US1912161007) Stock Dividend 1 for 20 (KO, COCA-COLA CO, US1912161007)",
            "5",
            "0",
            ("split", "KO", "5", ""),
        ),
        ("XYZ(US9) (Delisted) worthless (XYZ, XYZ CORP, US9)", "-40", "0", ("worthless", "XYZ", "40", "")),
        ("XYZ(US9) Zorbed (XYZ, XYZ CORP, US9)", "-40", "0", ("unexplained", "XYZ", "40", "")),
    ],
)
def test_a_corporate_action_in_a_statement_of_interactive_brokers(load, sentence, units, proceeds, read):
    case = load(transactions=STATEMENT.format(sentence, units, proceeds))
    (row,) = (row for row in case.transactions if row.action != "buy")
    assert (row.action, row.symbol, row.quantity, row.change.parent) == (read[0], read[1], Decimal(read[2]), read[3])
    assert row.date.isoformat() == "2026-06-01"


FLEX = """\
<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1">
<FlexStatement accountId="U1" fromDate="20260101" toDate="20261203">
{}
</FlexStatement></FlexStatements></FlexQueryResponse>
"""
ACTION = (
    '<CorporateActions><CorporateAction accountId="U1" currency="USD" assetCategory="STK" symbol="{}" description="X" '
    'reportDate="20260601" dateTime="20260529;202500" amount="0" proceeds="0" value="0" quantity="{}" type="{}" '
    'transactionID="21" actionID="31"/></CorporateActions>'
)


@pytest.mark.parametrize(
    ("code", "units", "action"),
    [
        ("FS", "90", "split"),
        ("SD", "5", "split"),
        ("SO", "25", "spinoff"),
        ("IC", "-9", "exchange_out"),
        ("TC", "-9", "exchange_out"),
        ("DW", "-9", "worthless"),
        ("ZZ", "-9", "unexplained"),
        ("RI", "9", "unexplained"),
    ],
)
def test_a_corporate_action_in_a_flex_query(load, code, units, action):
    case = load(transactions=FLEX.format(ACTION.format("XYZ", units, code)))
    (row,) = case.transactions
    assert (row.action, row.symbol, row.quantity) == (action, "XYZ", abs(Decimal(units)))


def test_a_flex_query_tells_of_transfers_and_of_capital_returned(load):
    rows = (
        '<Transfers><Transfer accountId="U1" currency="USD" assetCategory="STK" symbol="XYZ" date="20260601" '
        'type="ACATS" direction="OUT" quantity="-7"/></Transfers><CashTransactions>'
        '<CashTransaction accountId="U1" currency="USD" '
        'assetCategory="STK" symbol="MPLX" description="MPLX(US1) CASH DIVIDEND (Return of Capital)" '
        'dateTime="20260610;202500" amount="40" type="Dividends"/></CashTransactions>'
    )
    case = load(transactions=FLEX.format(rows))
    assert [(row.action, row.symbol, row.quantity, row.amount) for row in case.transactions] == [
        ("transfer_out", "XYZ", 7, 0),
        ("return_of_capital", "MPLX", 0, 40),
    ]


OFX = """\
OFXHEADER:100

<OFX><INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><DTASOF>20261207<CURDEF>USD
<INVACCTFROM><BROKERID>b<ACCTID>X1</INVACCTFROM>
<INVTRANLIST><DTSTART>20250101<DTEND>20261207
{}
</INVTRANLIST></INVSTMTRS></INVSTMTTRNRS></INVSTMTMSGSRSV1>
<SECLISTMSGSRSV1><SECLIST><STOCKINFO><SECINFO><SECID><UNIQUEID>1<UNIQUEIDTYPE>CUSIP</SECID><SECNAME>X<TICKER>XYZ
</SECINFO></STOCKINFO></SECLIST></SECLISTMSGSRSV1>
</OFX>
"""
_HEAD = "<INVTRAN><FITID>2<DTTRADE>20260610</INVTRAN><SECID><UNIQUEID>1<UNIQUEIDTYPE>CUSIP</SECID>"


@pytest.mark.parametrize(
    ("tag", "body", "read"),
    [
        ("SPLIT", "<OLDUNITS>10<NEWUNITS>100<NUMERATOR>10<DENOMINATOR>1", [("split", 90, 0)]),
        ("SPLIT", "<OLDUNITS>100<NEWUNITS>10<NUMERATOR>1<DENOMINATOR>10", [("split", -90, 0)]),
        (
            "SPLIT",
            "<OLDUNITS>101<NEWUNITS>10<NUMERATOR>1<DENOMINATOR>10<FRACCASH>4.50",
            [("split", -91, 0), ("cash_in_lieu", 0, Decimal("4.5"))],
        ),
        ("RETOFCAP", "<TOTAL>400<SUBACCTSEC>CASH", [("return_of_capital", 0, 400)]),
        ("JRNLSEC", "<SUBACCTFROM>CASH<SUBACCTTO>MARGIN<UNITS>10", []),
        ("ZORB", "<UNITS>10", [("unexplained", 10, 0)]),
    ],
)
def test_what_ofx_calls_splits_capital_returned_and_journals(load, tag, body, read):
    case = load(transactions=OFX.format(f"<{tag}>{_HEAD}{body}</{tag}>"))
    rows = sorted((row.action, row.quantity, row.amount) for row in case.transactions)
    assert rows == sorted((action, Decimal(units), Decimal(cash)) for action, units, cash in read)


def test_an_ofx_split_that_states_only_its_ratio_says_that(load):
    (row,) = load(transactions=OFX.format(f"<SPLIT>{_HEAD}<NUMERATOR>10<DENOMINATOR>1</SPLIT>")).transactions
    assert (row.action, row.change.ratio) == ("split", (10, 1))
