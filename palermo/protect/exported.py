"""What does an export hold? Cases and persons as CSV, packed with a page that says who took them out.

`coded` has list codes, months and first-level areas only, `exact` has places and days as they were told, and
`identities` has the persons too. No cell is run by a spreadsheet. Never here: a whole file in memory. What
comes out is in the clear: it goes straight into `protect/containers.py`.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from palermo.cases import Case, Episode, Person, Place, When
from palermo.codes.formulas import guarded

KINDS = {"coded": "coded", "exact": "protection_sensitive", "identities": "identity"}
"""The kinds of export, with the class of content that each needs."""

MADE = (1980, 1, 1, 0, 0, 0)
PARTS = " | "
Cell = Callable[[Case], str]
Line = tuple[str, ...]


def case_header(kind: str) -> Line:
    """The names of the columns of cases."""
    return tuple(_case_columns(kind))


def case_line(case: Case, kind: str) -> Line:
    """The cells of one case; several values of a column are parted by spaces, told parts by ` | `.

    >>> from palermo.cases import Detection
    >>> found = Detection(place=Place(area="MLI", exact="Invented Well"))
    >>> case = Case(id="1" * 32, organisation="2" * 32, detection=found)
    >>> "Invented Well" in case_line(case, "coded"), "Invented Well" in case_line(case, "exact")
    (False, True)
    """
    return tuple(cell(case) for cell in _case_columns(kind).values())


def person_line(person: Person, cases: Iterable[str]) -> Line:
    """The cells of one person, as `PERSON` names them; `cases` are the ids of the cases in this export."""
    return (
        person.id,
        " ".join(cases),
        PARTS.join(name.text for name in person.names),
        str(person.birth or ""),
        PARTS.join(f"{one.kind}: {one.value} (safe: {one.safe})" for one in person.contacts),
        PARTS.join(f"{one.type}: {one.number} ({one.area})" for one in person.documents),
        person.notes,
    )


PERSON: Line = ("person", "cases", "names", "birth", "contacts", "documents", "notes")


def packed(files: Iterable[tuple[str, Iterable[Line]]], *, about: Callable[[], str]) -> Iterator[bytes]:
    """The parts of a ZIP file (without encryption of its own) with a CSV file each, and `about.txt`.

    `about` is asked when all lines are written.

    >>> parts = b"".join(packed([("cases.csv", [("case",), ("=1+1",)])], about=lambda: "Invented."))
    >>> with zipfile.ZipFile(io.BytesIO(parts)) as read:
    ...     read.namelist(), read.read("cases.csv").decode("utf-8-sig")
    (['cases.csv', 'about.txt'], '"case"\\r\\n"\\'=1+1"\\r\\n')
    """
    out = _Parts()
    with zipfile.ZipFile(out, "w") as pack:
        for name, lines in files:
            with pack.open(_entry(name), "w", force_zip64=True) as file:
                for part in _csv(lines):
                    file.write(part)
                    yield out.taken()
        with pack.open(_entry("about.txt"), "w") as file:
            file.write(b"\xef\xbb\xbf" + about().encode())
    yield out.taken()


def about(told: Iterable[tuple[str, Any]]) -> str:
    """The page inside: a line for each thing that is known, instants in UTC, and what to do with it.

    >>> about([("Asked for by", "Invented Person (focal_point)"), ("Agreed to by", "")]).splitlines()[3]
    'Asked for by: Invented Person (focal_point)'
    """
    lines = [f"{name}: {_said(value)}" for name, value in told if value not in ("", None)]
    return "\r\n".join([*HEAD, "", *lines, "", *FOOT, ""])


HEAD = ("Palermo export. CONFIDENTIAL: for the person who asked for it, and for nobody else.",
        "Whoever opens or copies it answers for the people in it.")  # fmt: skip
FOOT = (
    "Columns hold codes of Palermo's code lists. An apostrophe before a cell keeps a spreadsheet from",
    "running it, and is not part of the text. Import with a comma as separator, all columns as text.",
)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return " ".join(str(value).split())


class _Parts(io.RawIOBase):
    """Takes what is written and hands it on: a ZIP file that is never a file."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, part: Any) -> int:
        self.held += part
        return len(part)

    def taken(self) -> bytes:
        part = bytes(self.held)
        self.held.clear()
        return part


def _csv(lines: Iterable[Line]) -> Iterator[bytes]:
    """UTF-8 with a mark for spreadsheets, every cell in quotes and guarded; some lines at a time."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    for line in lines:
        writer.writerow(map(guarded, line))
        if text.tell() > 64 * 1024:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8", "replace")


def _case_columns(kind: str) -> dict[str, Cell]:
    if kind == "coded":
        return CODED
    return CODED | EXACT | ({"person": lambda case: case.person or ""} if kind == "identities" else {})


def _each(name: str) -> Cell:
    """The codes of a field of all episodes, each once."""
    return lambda case: _once(_flat(getattr(one, name) for one in case.episodes))


def _flat(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)


def _once(codes: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(codes))


def _dates(of: Callable[[Episode], When | None]) -> Cell:
    return lambda case: PARTS.join(str(when.coarse()) for one in case.episodes if (when := of(one)))


def _days(of: Callable[[Episode], When | None]) -> Cell:
    return lambda case: PARTS.join(str(when) for one in case.episodes if (when := of(one)))


def _areas(of: Callable[[Episode], Iterable[Place]]) -> Cell:
    return lambda case: _once(place.area for one in case.episodes for place in of(one))


def _levels(of: Callable[[Episode], Iterable[Place]]) -> Cell:
    return lambda case: _once(place.first_level or "" for one in case.episodes for place in of(one)).strip()


def _places(of: Callable[[Episode], Iterable[Place]]) -> Cell:
    return lambda case: PARTS.join(place.exact for one in case.episodes for place in of(one) if place.exact)


def _recruited(one: Episode) -> tuple[Place, ...]:
    return (one.recruited_in,) if one.recruited_in else ()


def _exploited(one: Episode) -> tuple[Place, ...]:
    return one.exploited_in


def _journey(one: Episode) -> Iterator[Place]:
    for leg in one.journey:
        yield from (leg.origin, leg.destination)


def _age(case: Case) -> str:
    age = case.ages.detection or case.ages.registration
    if age is None:
        return ""
    return f"{age.lowest}-{age.highest}" if age.highest is not None else f"{age.lowest}-"


def _steps(case: Case) -> str:
    return PARTS.join(
        " ".join(
            filter(None, (one.step, str(one.when.coarse()) if one.when else "", one.authority, one.area))
        )
        for one in case.statuses
    )


def _when(case: Case) -> When | None:
    return case.detection.when if case.detection else None


def _found(case: Case) -> Place:
    return case.detection.place if case.detection else Place()


def _month(when: When | None) -> str:
    return str(when.coarse()) if when else ""


CODED: dict[str, Cell] = {
    "case": lambda case: case.id,
    "kind": lambda case: case.kind,
    "invented": lambda case: "yes" if case.invented else "no",
    "status": lambda case: case.status,
    "statuses": _steps,
    "sex": lambda case: case.sex,
    "gender": lambda case: case.gender,
    "age": _age,
    "citizenships": lambda case: _once(case.citizenships),
    "stateless": lambda case: case.stateless,
    "habitual_residence": lambda case: case.habitual_residence,
    "displacement": lambda case: case.displacement,
    "detected": lambda case: _month(_when(case)),
    "detected_area": lambda case: _found(case).area,
    "detected_first_level": lambda case: _found(case).first_level or "",
    "detected_by": lambda case: case.detection.authority if case.detection else "",
    "acts": _each("acts"),
    "means": _each("means"),
    "purposes": _each("purposes"),
    "forms": _each("forms"),
    "sectors": _each("sectors"),
    "exploitation": _each("exploitation"),
    "began": _dates(lambda one: one.began),
    "ended": _dates(lambda one: one.ended),
    "ending": _each("ending"),
    "recruited_in": _areas(_recruited),
    "recruited_first_level": _levels(_recruited),
    "exploited_in": _areas(_exploited),
    "exploited_first_level": _levels(_exploited),
    "journey": _areas(_journey),
    "conflict": lambda case: _once(f"{c.stage}:{c.link}" for one in case.episodes for c in one.conflict),
    "party_types": lambda case: _once(party.type for one in case.episodes for party in one.parties),
    "earlier_trafficking": lambda case: case.earlier_trafficking,
    "repatriation": lambda case: case.repatriation.kind if case.repatriation else "",
    "repatriated_to": lambda case: case.repatriation.area if case.repatriation else "",
    "detained": lambda case: case.detained,
    "prosecuted": lambda case: case.prosecuted,
    "needs": lambda case: _once(case.needs),
    "reporter": lambda case: case.reporter.relation if case.reporter else "",
}
EXACT: dict[str, Cell] = {
    "detected_exactly": lambda case: str(_when(case) or ""),
    "detected_place": lambda case: _found(case).exact or "",
    "status_days": lambda case: PARTS.join(f"{one.step} {one.when}" for one in case.statuses if one.when),
    "began_exactly": _days(lambda one: one.began),
    "ended_exactly": _days(lambda one: one.ended),
    "recruited_place": _places(_recruited),
    "exploited_places": _places(_exploited),
    "journey_places": _places(_journey),
    "units": lambda case: PARTS.join(p.unit for one in case.episodes for p in one.parties if p.unit),
    "mrm_case": lambda case: case.mrm_case or "",
}
