"""Who hands in which file, in which layout, for which area?"""

from dataclasses import dataclass, field

from palermo.cases import Case, encode_all
from palermo.cases.examples import Mission
from palermo.cases.lines import AnyRecord
from palermo.cases.others import Organisation
from palermo.collect.examples.returns import state_return
from palermo.collect.examples.workbook import Dirty, htcds_workbook


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file as an organisation hands it in. `dirty` lists rows and columns that are wrong on purpose."""

    name: str
    organisation: Organisation
    layout: str
    content: bytes = field(repr=False)
    area: str | None = None
    dirty: tuple[Dirty, ...] = ()


def case_files(mission: Mission) -> dict[str, bytes]:
    """Contents of all files by file name; the same mission gives the same bytes.

    >>> from palermo.cases.examples import invented_mission
    >>> sorted(case_files(invented_mission(cases=60)))[-1]
    'un-refugee-entity-invented.jsonl'
    """
    return {file.name: file.content for file in case_file_list(mission)}


def case_file_list(mission: Mission) -> tuple[CaseFile, ...]:
    """The files with their organisation, layout, area of detection and rows that are dirty on purpose."""
    un_mission, refugees, children, ngo, state = mission.organisations
    return (
        CaseFile("un-mission-invented.jsonl", un_mission, "palermo", encode_all(mission.of(un_mission.id))),
        CaseFile(
            "un-refugee-entity-invented.jsonl", refugees, "palermo", encode_all(mission.of(refugees.id))
        ),
        CaseFile(
            "un-children-entity-invented.jsonl", children, "palermo", encode_all(mission.of(children.id))
        ),
        CaseFile("ngo-family-reports-invented.jsonl", ngo, "palermo", encode_all(_reports(mission, ngo.id))),
        *(_workbook(mission, ngo, area) for area in ngo.areas),
        CaseFile("state-return-invented.xlsx", state, "portal", state_return(mission, area=state.areas[0])),
    )


def _reports(mission: Mission, ngo: str) -> tuple[AnyRecord, ...]:
    """What the NGO sends as JSON lines: itself, its proxy reports with their persons, its effort."""
    own = mission.of(ngo)
    reports = [each for each in own if isinstance(each, Case) and each.kind == "proxy"]
    named = {case.person for case in reports}
    persons = [person for person in mission.persons if person.id in named]
    efforts = [effort for effort in mission.efforts if effort.organisation == ngo]
    return (*own[:1], *persons, *reports, *efforts)


def _workbook(mission: Mission, ngo: Organisation, area: str) -> CaseFile:
    persons = {person.id: person for person in mission.persons}
    rows = tuple(
        (case, persons.get(case.person or ""))
        for case in mission.cases
        if case.organisation == ngo.id and case.kind == "direct" and office(case, ngo) == area
    )
    content, dirty = htcds_workbook(rows, soil=area == ngo.areas[0])
    return CaseFile(f"ngo-{area}-invented.xlsx", ngo, "htcds", content, area, dirty)


def office(case: Case, ngo: Organisation) -> str:
    """The country office that keeps the case: where the person was met, else the first office."""
    met = case.detection.place.area if case.detection else case.statuses[0].area if case.statuses else ""
    return met if met in ngo.areas else ngo.areas[0]
