"""Does anything but a problem's `found` repeat what a file holds? Secrets are planted in every column."""

import logging
import warnings
from collections.abc import Iterator, Mapping

import pytest

from palermo import ProblemWithInput
from palermo.cases import encode_all
from palermo.collect import LAYOUTS, Reading, stream
from palermo.collect.ctdc import columns_of
from palermo.collect.htcds_layout import known_columns
from palermo.collect.portal import COLUMNS
from tests.collect.sent import NOW, OURS, SECRET, sent, table_csv, workbook
from tests.collect.test_own_lines import line

MARK = "Zulmira"
PORTAL = dict(
    zip(
        COLUMNS,
        (
            "MLI",
            "Mali",
            "Africa",
            "Sub-Saharan Africa",
            "Detected trafficking victims",
            "by citizenship",
            "Guinea",
            "Total",
            "Total",
            "2019",
            "Counts",
            "<5",
            "GLOTIP",
        ),
        strict=True,
    )
)
ROWS: Mapping[str, Mapping[str, str]] = {
    "htcds": dict.fromkeys(known_columns(), ""),
    "portal": PORTAL,
    **{
        layout: dict.fromkeys(sorted(columns_of(layout)), "")
        for layout in LAYOUTS
        if layout.startswith("ctdc")
    },
}


def planted(layout: str) -> Iterator[tuple[str, bytes]]:
    """The layout with a secret in one column after the other, in its own words and as a date and number."""
    row = dict(ROWS[layout])
    for column in row:
        for secret in (f"{MARK} Invented", f"2019-{MARK}", f"={MARK}()"):
            yield column, table_csv([row | {column: secret, "palermo_key": ""}, row | {column: secret}])
    yield "palermo_key", table_csv([row | {"palermo_key": f"{MARK} Invented"}])
    yield f"{MARK} column", table_csv([row | {f"{MARK} column": "x"}])
    yield "ragged", table_csv([row]) + f"{MARK},{MARK}\n".encode()
    yield "quotes", table_csv([row]) + f'"{MARK},{MARK}\n'.encode()


def spoken(reading: Reading) -> str:
    """Everything of a reading that a log, an exception or a debugger would print."""
    texts = [str(one) + repr(one) + one.place for one in reading.problems]
    return " ".join([*texts, repr(reading.bad_rows), repr(reading.records), repr(reading)])


@pytest.mark.parametrize("layout", sorted(ROWS))
def test_messages_never_hold_what_was_found(layout: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    held = 0
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for column, content in planted(layout):
            reading = sent(content)
            assert MARK not in spoken(reading), column
            found = " ".join(one.found for one in reading.problems)
            kept = " ".join(str(row.cells) for row in reading.bad_rows) + encode_all(reading.records).decode()
            held += MARK in found or MARK in kept
    assert held > len(ROWS[layout]) / 2, "the control: found values and records do hold the secret"
    assert MARK not in caplog.text
    assert not warned


@pytest.mark.parametrize("layout", sorted(name for name in ROWS if name != "portal"))
def test_the_clear_part_of_a_case_never_holds_a_value_that_did_not_resolve(layout: str) -> None:
    """`raw` stays readable while the vault is locked; a shifted column would put a name there."""
    for column, content in planted(layout):
        for record in sent(content).records:
            assert MARK not in str(getattr(record, "raw", "")), column


@pytest.mark.parametrize(
    "bad",
    [
        line(**{MARK: 1}),
        line(sex=MARK),
        line(raw={MARK: [MARK]}),
        line(arrived=MARK),
        line(ages={"start": MARK}),
        line(statuses=[{MARK: 1}]),
        line(episodes=[{"forms": [MARK]}]),
        line(id=MARK),
        line(record=MARK),
        MARK.encode(),
        b'{"' + MARK.encode(),
        line(mrm_case=[MARK]),
    ],
)
def test_messages_about_lines_never_hold_what_was_found(bad: bytes) -> None:
    reading = sent(line(id="c" * 32) + b"\n" + bad)
    assert reading.problems
    assert MARK not in spoken(reading)
    assert MARK in reading.bad_rows[0].cells["line"], "the control"


@pytest.mark.parametrize(
    "content",
    [
        MARK.encode(),
        table_csv([{MARK: MARK}]),
        workbook([[MARK]], title=MARK),
        table_csv([{"vic_TraffickingStatus": MARK, "prs_FirstName": MARK, "prs_Gender": MARK}]).replace(
            b"prs_Gender", b"prs_FirstName"
        ),
        b"PK\x03\x04" + MARK.encode() * 50,
        b"\x1f\x8b" + MARK.encode() * 50,
    ],
)
def test_refusals_never_hold_what_was_found(content: bytes) -> None:
    with pytest.raises(ProblemWithInput) as refused:
        sent(content)
    assert MARK not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_an_arrival_never_shows_its_secret() -> None:
    flow = stream(line(), organisation=OURS, secret=SECRET, now=NOW)
    assert SECRET.decode() not in repr(flow._arrival) + repr(flow)
