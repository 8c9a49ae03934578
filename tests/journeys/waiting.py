"""What waits for a focal point? A dirty workbook, as a draft and taken in; work that runs; a saved choice.

Everybody in it is invented.
"""

from datetime import UTC, datetime

from palermo.actions import accounts, collect, drafts, saved_filters, undo
from palermo.actions.cases import CaseFilter
from palermo.cli import demo
from palermo.store import jobs
from tests.collect.sent import workbook

HEADER = (
    "First Name", "Second Name", "Gender", "Citizenship", "Trafficking Status", "Type of Exploitation",
    "Incoming Referral Date", "Geschlecht der Person",
)  # fmt: skip
GOOD = (
    "Invented",
    "Example",
    "Feminine",
    "Mali",
    "Actual victim of trafficking",
    "Forced labour",
    "2024-05-03",
)
TABLE = "form_documented"
KINDS = {"import": "/imports/jobs/{}", "rekey": "/vault/work/{}"}
"""Where work that runs is followed."""


def dirty() -> bytes:
    """A misspelt code, an impossible date, a country that nobody knows, a column that the layout has not."""
    rows = [[*GOOD, "x"] for _ in range(6)]
    rows[1][2], rows[2][6], rows[3][3], rows[4][5] = "Femininee", "31/02/2024", "Nowhereland", "Forced labuor"
    return workbook([HEADER, *rows])


def focal(username: str) -> accounts.Actor:
    """With the vault unlocked."""
    return demo.unlocked(demo.memberships_of(username)[0].actor)


def taken_in(actor: accounts.Actor) -> str:
    """The submission of the dirty workbook; its good rows went in, and its country waits to be settled."""
    return collect.import_file(actor, dirty(), invented=True).submission


def draft_of(actor: accounts.Actor) -> str:
    """The address of the dirty workbook as it waits."""
    return f"/imports/drafts/{drafts.keep(actor, dirty(), invented=True)}"


def made(username: str) -> tuple[str, ...]:
    """Addresses of what was made for this focal point: no link leads to all of them."""
    actor = focal(username)
    draft, came = draft_of(actor), taken_in(actor)
    saved_filters.keep(actor, CaseFilter(sex="female"))
    runs = {kind: jobs.begin(actor, kind=kind, stage="reading", now=datetime.now(UTC)) for kind in KINDS}
    return (
        draft,
        f"{draft}/columns",
        f"/imports/{came}",
        f"/imports/undo/{undo.intakes_of(actor, came)[0].id}",
        *(address.format(runs[kind]) for kind, address in KINDS.items()),
        f"/tables/{TABLE}",
        f"/tables/{TABLE}?year=2025&compare=2024",
    )
