"""Is the invented mission whole, marked, reproducible, and realistic enough to try things on?

Shares are assumptions of `palermo/cases/examples`; the tests hold them to bounds, so that tables are legible.
"""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from palermo.cases import Case, Counted, Organisation, When, counted, decode, encode, encode_all
from palermo.cases.examples import Mission, invented_mission
from palermo.cases.examples.naming import HABITS, parts, spelled
from palermo.cases.record import AREA_OR_SPECIAL
from palermo.codes import code_list

SMALL = 300


@pytest.fixture(scope="module")
def mission() -> Mission:
    return invented_mission()


@pytest.fixture(scope="module")
def rows(mission: Mission) -> tuple[Counted, ...]:
    return tuple(map(counted, mission.cases))


def structs(value: Any) -> Iterator[msgspec.Struct]:
    """The record and every record in it."""
    if isinstance(value, tuple):
        for each in value:
            yield from structs(each)
    elif isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from structs(getattr(value, name))


def share(values: Iterable[Any], holds: Callable[[Any], bool]) -> float:
    found = [bool(holds(value)) for value in values]
    return sum(found) / len(found)


# The same seed gives the same bytes.


def test_the_same_seed_gives_the_same_bytes(mission: Mission) -> None:
    assert encode_all(invented_mission().records) == encode_all(mission.records)


def test_another_seed_gives_other_people() -> None:
    one, other = invented_mission(seed=1, cases=50), invented_mission(seed=2, cases=50)
    assert not {person.id for person in one.persons} & {person.id for person in other.persons}


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_neither_hashes_nor_the_process_change_it(root: Path, hash_seed: str) -> None:
    code = (
        "import hashlib; from palermo.cases import encode_all; "
        "from palermo.cases.examples import invented_mission; "
        f"print(hashlib.sha256(encode_all(invented_mission(cases={SMALL}).records)).hexdigest())"
    )
    environment = dict(os.environ, PYTHONHASHSEED=hash_seed)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    here = encode_all(invented_mission(cases=SMALL).records)
    assert done.stdout.strip() == hashlib.sha256(here).hexdigest()


@pytest.mark.parametrize("cases", [3, 4, 50, 777])
def test_it_holds_as_many_cases_as_asked_for(cases: int) -> None:
    assert len(invented_mission(cases=cases).cases) == cases


# Whole: every record stands on records that exist.


def test_every_record_is_read_back_from_its_line(mission: Mission) -> None:
    """Reading checks every invariant again."""
    assert all(decode(encode(record)) == record for record in mission.records)


def test_everything_is_marked_as_invented(mission: Mission) -> None:
    assert all(record.invented for record in mission.records if hasattr(record, "invented"))
    named = (*mission.organisations, *mission.parties)
    assert all("(invented)" in each.name for each in named)
    assert all("(invented)" in organisation.short for organisation in mission.organisations)


def test_ids_are_128_random_bits_and_never_repeat(mission: Mission) -> None:
    ids = [record.id for record in mission.records]
    assert len(set(ids)) == len(ids)
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in ids)
    assert sorted(ids) != ids


def test_every_reference_leads_to_a_record_of_the_same_organisation(mission: Mission) -> None:
    owner = {each.id: each.organisation for each in mission.records if not isinstance(each, Organisation)}
    assert set(owner.values()) <= {organisation.id for organisation in mission.organisations}
    for case in mission.cases:
        assert case.person is None or owner[case.person] == case.organisation
        for party in (p.party for episode in case.episodes for p in episode.parties if p.party):
            assert owner[party] == case.organisation
    assert all(owner[each.case] == each.organisation for each in mission.referrals)
    assert all(owner[party] == each.organisation for each in mission.incidents for party in each.parties)


def test_each_organisation_has_its_own_records_itself_first(mission: Mission) -> None:
    parted = [mission.of(organisation.id) for organisation in mission.organisations]
    assert sum(map(len, parted)) == len(mission.records)
    assert [part[0] for part in parted] == list(mission.organisations)
    assert [organisation.kind for organisation in mission.organisations] == [
        *("un_mission", "un_entity", "un_entity", "ngo", "national_authority")
    ]


def test_the_truth_knows_every_person_and_case_and_they_agree(mission: Mission) -> None:
    truth = mission.truth
    assert set(truth) == {record.id for record in (*mission.persons, *mission.cases)}
    assert all(truth[case.person] == truth[case.id] for case in mission.cases if case.person)
    known = Counter((person.organisation, truth[person.id]) for person in mission.persons)
    assert set(known.values()) == {1}, "one organisation has one record of a person"


def test_the_truth_is_in_no_record(mission: Mission) -> None:
    assert b"truth" not in encode_all(mission.records)
    assert "truth" not in repr(mission)


# Dates and status.


def test_status_histories_run_forwards(mission: Mission) -> None:
    for case in mission.cases:
        days = [status.when.latest for status in case.statuses if status.when]
        assert days == sorted(days)


def test_nothing_is_detected_outside_the_two_years(mission: Mission) -> None:
    years = {case.detection.when.year for case in mission.cases if case.detection and case.detection.when}
    assert years <= {2024, 2025, None}
    assert Counter(years)


def test_a_person_intercepted_early_has_a_case_without_a_place_of_exploitation(mission: Mission) -> None:
    intended = [e for case in mission.cases for e in case.episodes if e.exploitation == "intended"]
    assert len(intended) > 100
    assert not any(episode.exploited_in or episode.duration for episode in intended)


def test_effort_counts_at_least_the_interviews_behind_the_cases(mission: Mission) -> None:
    """By true day: a case that tells its month is in that month; one that does not is somewhere."""
    told, indicated = Counter[Any](), Counter[Any]()
    for effort in mission.efforts:
        key = (effort.organisation, effort.month, effort.place.first_level)
        indicated[key] += effort.interviews - effort.without_indication
    direct = [case for case in mission.cases if case.kind == "direct"]
    for found in ((case.organisation, case.detection) for case in direct):
        if found[1] and found[1].when and found[1].when.precision in ("day", "month"):
            day, division = found[1].when.earliest, found[1].place.first_level
            told[found[0], When.month(day.year, day.month), division] += division is not None
    assert all(count <= indicated[key] for key, count in told.items())
    assert sum(indicated.values()) == len(direct)


# Shares.

BOUNDS = {
    "female": (0.45, 0.65, lambda row: row.sex == "female"),
    "sex unknown": (0.01, 0.06, lambda row: row.sex == "unknown"),
    "child": (0.25, 0.45, lambda row: row.age_group == "child"),
    "age unknown": (0.08, 0.25, lambda row: row.age_group == "unknown"),
    "detected victims": (0.12, 0.25, lambda row: row.standing == "detected_victims"),
    "documented": (0.3, 0.55, lambda row: row.standing == "documented"),
    "presumed": (0.1, 0.25, lambda row: row.standing == "presumed"),
    "at risk": (0.04, 0.12, lambda row: row.standing == "at_risk"),
    "proxy": (0.02, 0.08, lambda row: row.standing == "proxy"),
    "form unknown": (0.1, 0.3, lambda row: row.forms == ("unknown",)),
    "several forms": (0.2, 0.5, lambda row: len(row.forms) > 1),
    "citizenship unknown": (0.02, 0.1, lambda row: row.citizenships == ("unknown",)),
    "several citizenships": (0.01, 0.06, lambda row: len(row.citizenships) > 1),
    "stateless": (0.01, 0.06, lambda row: row.stateless),
    "armed group at some stage": (0.2, 0.5, lambda row: any(":armed_group" in c for c in row.conflict)),
    "repatriated": (0.02, 0.15, lambda row: row.repatriation != ()),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_shares_are_sane(name: str, rows: tuple[Counted, ...]) -> None:
    lowest, highest, holds = BOUNDS[name]
    assert lowest < share(rows, holds) < highest


def test_recruiters_are_mostly_family_acquaintances_and_neighbours(mission: Mission) -> None:
    """S/2016/949, paragraph 9."""
    recruiters = [
        actor.relation
        for case in mission.cases
        for episode in case.episodes
        for actor in episode.actors
        if actor.role == "recruiter"
    ]
    assert share(recruiters, lambda relation: relation in ("family", "acquaintance", "neighbour")) > 0.5
    assert Counter(recruiters).most_common(1)[0][0] == "family"


def test_smuggling_is_told_apart_from_trafficking(mission: Mission) -> None:
    legs = [leg.smuggled for case in mission.cases for e in case.episodes for leg in e.journey]
    assert 0.3 < share(legs, lambda smuggled: smuggled == "yes") < 0.7


def test_some_cases_have_several_episodes(mission: Mission) -> None:
    assert 0.03 < share(mission.cases, lambda case: len(case.episodes) > 1) < 0.15


def m49() -> dict[str, tuple[str, str]]:
    path = Path(sys.modules["palermo.codes"].__file__ or "").parent / "regions.csv"
    lines = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    return {line[1]: (line[2], line[3]) for line in lines if line[0] == "m49"}


def test_flows_of_every_kind_are_there_and_some_lines_are_under_five(rows: tuple[Counted, ...]) -> None:
    regions, flows = m49(), Counter[tuple[str, str]]()
    for row in rows:
        if row.standing == "detected_victims" and row.citizenships[0] in regions:
            flows[row.citizenships[0], row.area] += 1
    kinds = Counter[str]()
    for (origin, area), count in flows.items():
        if count >= 5:
            same = [a == b for a, b in zip(regions[origin], regions[area], strict=True)]
            kinds["domestic" if origin == area else f"{same}"] += 1
    assert set(kinds) == {"domestic", "[True, True]", "[True, False]", "[False, False]"}
    assert sum(count < 5 for count in flows.values()) >= 10


# The noise of real life.


def test_some_persons_are_known_to_several_organisations(mission: Mission) -> None:
    known: dict[int, set[str]] = {}
    for case in mission.cases:
        known.setdefault(mission.truth[case.id], set()).add(case.organisation)
    assert 0.08 < share(known.values(), lambda organisations: len(organisations) > 1) < 0.25


def test_most_of_them_are_not_written_alike(mission: Mission) -> None:
    written: dict[int, list[str]] = {}
    for person in mission.persons:
        written.setdefault(mission.truth[person.id], []).append(" ".join(n.text for n in person.names))
    several = [names for names in written.values() if len(names) > 1]
    assert share(several, lambda names: len(set(names)) == len(names)) > 0.8


def test_birthdays_of_1_january_and_heaped_ages_abound(mission: Mission) -> None:
    days = [p.birth.earliest for p in mission.persons if p.birth and p.birth.precision == "day"]
    assert 0.4 < share(days, lambda day: (day.month, day.day) == (1, 1)) < 0.75
    ages = [c.ages.detection for c in mission.cases if c.ages.detection]
    exact = [age.lowest for age in ages if age.lowest == age.highest]
    assert share(exact, lambda years: years % 5 == 0) > 0.3


def test_native_scripts_are_used_and_arabic_is_written_loosely(mission: Mission) -> None:
    names = [name for person in mission.persons for name in person.names]
    scripts = Counter(name.script for name in names)
    assert min(scripts[script] for script in ("Latn", "Arab", "Ethi")) > 50
    arabic = [name.text for name in names if name.script == "Arab"]
    assert any("أ" in text for text in arabic)
    assert any("احمد" in text.split() for text in arabic), "hamza dropped"
    assert any("فاطمه" in text.split() for text in arabic), "ta marbuta written as ha"


def test_each_habit_spells_in_its_own_way() -> None:
    by_habit = {habit: [spelled(Random(3), "Shahwan", habit=habit) for _ in range(3)] for habit in HABITS}
    assert len({tuple(each) for each in by_habit.values()}) >= 3


def test_seven_peoples_and_more_have_names() -> None:
    cultures = {culture for culture, _ in parts()}
    assert cultures >= {"arabic", "kurdish", "hausa", "somali", "tigrinya", "french", "latin"}
    assert all(len(parts()[culture, part]) >= 8 for culture in cultures for part in ("female", "male"))


def test_contacts_and_documents_are_plainly_invented(mission: Mission) -> None:
    for person in mission.persons:
        values = [contact.value for contact in person.contacts] + [d.number for d in person.documents]
        assert all("invented" in value.lower() or value.startswith("+000 ") for value in values)
        assert not person.notes or person.notes.startswith("Invented note")


# Every code is used somewhere.

UNUSED = {
    ("Actor", "actor_relations"): {"un_personnel", "mandated_personnel", "aid_personnel"},
    ("Name", "scripts"): {"Cyrl", "Hebr", "Hans"},
}
HELD_BY = ("Case", "Episode", "Status", "Detection", "ConflictLink", "PartyInvolved", "Actor", "Leg")
LISTED = (*HELD_BY, "Repatriation", "Reporter", "Name", "Contact", "Incident", "Referral", "Party")


def test_every_code_of_every_list_of_a_case_occurs(mission: Mission) -> None:
    used: dict[tuple[str, str], set[str]] = {}
    for record in structs(mission.records):
        for field, name in getattr(record, "CODED", {}).items():
            value = getattr(record, field)
            codes = value if isinstance(value, tuple) else (value,)
            used.setdefault((type(record).__name__, name), set()).update(codes)
    for (kind, name), codes in used.items():
        if kind in LISTED and name not in ("areas", AREA_OR_SPECIAL):
            assert set(code_list(name)) - codes == UNUSED.get((kind, name), set()), (kind, name)


def test_what_is_not_counted_is_there_too(mission: Mission) -> None:
    assert {each.place.area for each in mission.aggregate_returns} == {"YEM", "SOM"}
    assert len(mission.pattern_returns) == 16
    held = {case.detection.place.area for case in mission.cases if case.detection}
    mission_areas = {
        case.detection.place.area
        for case in mission.cases
        if case.detection and case.organisation == mission.organisations[0].id
    }
    assert held == {"IRQ", "LBY", "NGA", "SDN", "SOM"}
    assert mission_areas == held - {"SOM"}, "where the mission sends aggregates it holds no case"


# The story.


def case_by(mission: Mission, identifier: str) -> Case:
    return next(case for case in mission.cases if case.id == identifier)


def test_her_family_reports_her_and_she_is_not_counted(mission: Mission) -> None:
    case = case_by(mission, mission.story.proxy_case)
    assert case.reporter is not None
    assert (case.reporter.relation, case.reporter.whereabouts) == ("parent", "not_known")
    assert counted(case).standing == "proxy"
    assert case.organisation == mission.organisations[3].id


def test_she_was_13_and_is_21_and_no_means_need_be_shown(mission: Mission) -> None:
    case = case_by(mission, mission.story.mission_case)
    assert case.ages.start is not None
    assert case.ages.detection is not None
    assert (case.ages.start.group, case.ages.start.lowest) == ("child", 13)
    assert (case.ages.detection.group, case.ages.detection.lowest) == ("adult", 21)
    (episode,) = case.episodes
    assert (episode.sold, episode.resold, episode.ending) == ("yes", "yes", "escaped")
    assert set(episode.forms) == {"forced_marriage", "sexual_slavery", "armed_support"}


def test_she_is_a_detected_victim_once_in_the_year_the_state_identified_her(mission: Mission) -> None:
    story = mission.story
    hers = {case.id: counted(case) for case in mission.cases if mission.truth[case.id] == story.number}
    assert {case: row.standing for case, row in hers.items()} == {
        story.proxy_case: "proxy",
        story.mission_case: "detected_victims",
        story.refugee_case: "documented",
    }
    row = hers[story.mission_case]
    assert (row.year, row.area, row.citizenships) == (2025, "IRQ", ("IRQ",))


def test_before_the_state_identified_her_she_was_documented(mission: Mission) -> None:
    case = case_by(mission, mission.story.mission_case)
    earlier = msgspec.structs.replace(case, statuses=case.statuses[:-1], in_state_return="no")
    assert counted(earlier).standing == "documented"


def test_the_second_agency_misspells_her_and_gives_her_a_birthday(mission: Mission) -> None:
    persons = {person.id: person for person in mission.persons}
    ours, theirs = persons[mission.story.mission_person], persons[mission.story.refugee_person]
    assert not {name.text for name in ours.names} & {name.text for name in theirs.names}
    assert theirs.birth == When.day(date(2004, 1, 1))
    assert mission.truth[ours.id] == mission.truth[theirs.id]


def test_her_name_is_used_nowhere_else(mission: Mission) -> None:
    story = mission.story
    hers = {story.ngo_person, story.mission_person, story.refugee_person}
    words = {
        word
        for person in mission.persons
        if person.id in hers
        for name in person.names
        for word in name.text.split()
    }
    others = {w for p in mission.persons if p.id not in hers for n in p.names for w in n.text.split()}
    assert words
    assert not words & others
    assert not words & {word for each in parts().values() for part in each for word in part}


def test_she_accepts_services(mission: Mission) -> None:
    case = case_by(mission, mission.story.mission_case)
    referrals = [each for each in mission.referrals if each.case == case.id]
    assert {each.state for each in referrals} <= {"accepted", "completed"}
    assert {each.service for each in referrals} == set(case.needs)
