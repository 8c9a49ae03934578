"""How is a case counted? Small tables, cases in and counts out, to be read as the manual.

Each line is a case. `history` lists its status steps, each `step authority area year`; `found` is its
detection, `authority area year`; a dash is "nothing known". Right of the arrow is what the tables see.
"""

import pytest

from palermo.cases import (
    Age,
    Ages,
    Case,
    Detection,
    Episode,
    Place,
    Repatriation,
    Reporter,
    Status,
    When,
    counted,
)

STANDING = """
kind | history                                             | found             -> counted as     year country
direct| identified mission IRQ 2025                         | mission IRQ 2024  -> documented     2024 IRQ
direct| presumed ngo LBY 2024; identified ngo LBY 2025      | ngo LBY 2024      -> others         2024 LBY
direct| presumed ngo LBY 2024                               | ngo LBY 2024      -> presumed       2024 LBY
direct| identified ngo LBY 2024; not_identified ngo LBY 2025| ngo LBY 2024      -> not_identified 2024 LBY
direct| at_risk entity SOM 2024                             | entity SOM 2024   -> at_risk        2024 SOM
direct| -                                                   | ngo LBY 2024      -> not_assessed   2024 LBY
direct| -                                                   | -                 -> not_assessed   -    unknown
direct| identified mission IRQ 2024; formal police IRQ 2025 | mission IRQ 2024  -> detected       2025 IRQ
direct| formal police IRQ 2025                              | police IRQ 2024   -> detected       2024 IRQ
direct| formal court SYR 2025                               | mission IRQ 2024  -> detected       2025 SYR
direct| formal immigration LBY 2025                         | de_facto LBY 2024 -> detected       2025 LBY
direct| formal police IRQ 2025                              | -                 -> detected       2025 IRQ
direct| identified mission NGA 2025                         | police NGA -      -> documented     2025 NGA
direct| formal police IRQ 2024; identified ngo IRQ 2025     | mission IRQ 2024  -> detected       2024 IRQ
direct| formal court IRQ 2024; not_identified ngo IRQ 2025  | -                 -> detected       2024 IRQ
direct| formal police IRQ 2024; not_identified court IRQ 2025| -                -> not_identified 2025 IRQ
direct| formal court SYR 2025                               | police IRQ 2024   -> detected       2025 SYR
proxy| presumed ngo IRQ 2024                               | -                 -> proxy          2024 IRQ
proxy| identified ngo IRQ 2024                             | -                 -> proxy          2024 IRQ
"""

AGE = """
at detection -> age group
13-13        -> child
0-17         -> child
17-18        -> unknown
18-18        -> adult
48-          -> adult
-            -> unknown
"""

FORMS = """
forms of the episodes                          -> sexual exploitation, forced labour, other
prostitution                                   -> sexual
sexual_slavery; domestic_servitude             -> sexual, labour
forced_marriage, sexual_slavery, armed_support -> other, sexual
ransom_captivity                               -> other
unknown                                        -> unknown
-                                              -> unknown
"""

ROUTES = """
recruited in -> exploited in, episode by episode -> routes counted
SYR>IRQ                                          -> SYR>IRQ
SYR>IRQ; IRQ>TUR                                 -> SYR>IRQ, IRQ>TUR
SYR>IRQ LBY                                      -> SYR>IRQ, SYR>LBY
SYR>-                                            -> SYR>unknown
->IRQ                                            -> unknown>IRQ
-                                                -> unknown>unknown
"""


def lines(table: str) -> list[tuple[str, str]]:
    """Left and right side of each line below the heading."""
    rows = [line.rsplit("->", 1) for line in table.strip().splitlines()[1:]]
    return [(left.strip(), right.strip()) for left, right in rows]


WORDS = {
    "detected": "detected_victims",
    "others": "documented_others",
    "formal": "formally_identified",
    "court": "prosecution_or_court",
    "mission": "un_mission",
    "entity": "un_entity",
    "de_facto": "de_facto_authority",
}


def words(text: str) -> list[str]:
    """The codes of a step or detection; `WORDS` are the short ones that keep the table narrow."""
    return [WORDS.get(word, word) for word in text.split()]


def when(year: str) -> When | None:
    return None if year == "-" else When.year_of(int(year))


def status(text: str) -> Status:
    step, authority, area, year = words(text)
    return Status(step=step, authority=authority, area=area, when=when(year))


def detection(text: str) -> Detection | None:
    if text == "-":
        return None
    authority, area, year = words(text)
    return Detection(authority=authority, place=Place(area=area), when=when(year))


def case(**fields: object) -> Case:
    return Case(id="1" * 32, organisation="2" * 32, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("left", "right"), lines(STANDING))
def test_standing_year_and_country(left: str, right: str) -> None:
    kind, history, found = (part.strip() for part in left.split("|"))
    row = counted(
        case(
            kind=kind,
            statuses=() if history == "-" else tuple(status(step) for step in history.split(";")),
            detection=detection(found),
            reporter=Reporter() if kind == "proxy" else None,
        )
    )
    assert [row.standing, str(row.year or "-"), row.area] == words(right)


@pytest.mark.parametrize(("left", "right"), lines(AGE))
def test_age_is_age_at_detection(left: str, right: str) -> None:
    lowest, _, highest = left.partition("-")
    age = Age(lowest=int(lowest), highest=int(highest) if highest else None) if lowest else None
    assert counted(case(ages=Ages(start=Age.exactly(13), detection=age))).age_group == right


@pytest.mark.parametrize(
    ("age", "found", "counted_in", "group"),
    [
        (13, 2024, 2024, "child"),
        (16, 2022, 2025, "adult"),
        (16, 2024, 2025, "unknown"),
        (12, 2024, 2025, "child"),
    ],
)
def test_age_is_carried_forward_to_the_year_that_counts(
    age: int, found: int, counted_in: int, group: str
) -> None:
    row = counted(
        case(
            ages=Ages(detection=Age.exactly(age)),
            detection=Detection(authority="un_mission", when=When.year_of(found)),
            statuses=(status(f"formal court IRQ {counted_in}"),),
        )
    )
    assert (row.year, row.age_group) == (counted_in, group)


@pytest.mark.parametrize(
    ("history", "expected"),
    [("identified mission IRQ 2024", "in_state_return"), ("formal police IRQ 2024", "detected_victims")],
)
def test_what_a_state_already_returned_is_not_documented_again(history: str, expected: str) -> None:
    assert counted(case(statuses=(status(history),), in_state_return="yes")).standing == expected


def test_resettlement_is_not_repatriation() -> None:
    moved = Repatriation(area="CAN", kind="resettlement")
    assert counted(case(repatriation=moved)).repatriation == ()
    assert counted(case(repatriation=Repatriation(area="IRQ"))).repatriation == ("IRQ",)


@pytest.mark.parametrize(("left", "right"), lines(FORMS))
def test_a_victim_of_several_forms_counts_in_each(left: str, right: str) -> None:
    forms = [tuple(f.strip() for f in part.split(",")) for part in left.split(";")] if left != "-" else []
    episodes = tuple(Episode(forms=each) for each in forms)
    assert ", ".join(counted(case(episodes=episodes)).portal_forms) == right


@pytest.mark.parametrize(("left", "right"), lines(ROUTES))
def test_areas_of_two_episodes_are_never_joined(left: str, right: str) -> None:
    parts = [part.strip().split(">") for part in left.split(";")] if left != "-" else []
    episodes = tuple(
        Episode(
            recruited_in=None if start == "-" else Place(area=start),
            exploited_in=() if ends == "-" else tuple(Place(area=end) for end in ends.split()),
        )
        for start, ends in parts
    )
    assert ", ".join(counted(case(episodes=episodes)).routes) == right


@pytest.mark.parametrize(
    ("fields", "citizenships", "stateless"),
    [
        ({"citizenships": ("IRQ", "SYR")}, ("IRQ", "SYR"), False),
        ({"stateless": "yes"}, ("stateless",), True),
        ({"stateless": "yes", "citizenships": ("IRQ",)}, ("stateless",), True),
        ({"citizenships": ("stateless",)}, ("stateless",), True),
        ({}, ("unknown",), False),
    ],
)
def test_citizenship(fields: dict[str, object], citizenships: tuple[str, ...], stateless: bool) -> None:
    row = counted(case(**fields))
    assert (row.citizenships, row.stateless) == (citizenships, stateless)


def test_a_case_without_a_person_is_its_own_person() -> None:
    assert counted(case()).person == "1" * 32
    assert counted(case(person="3" * 32)).person == "3" * 32
