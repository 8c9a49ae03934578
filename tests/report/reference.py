"""The counting rules in plain Python: loops and Counters, written from the rule text, not from the SQL.

Slow and plain on purpose. `cells` gives every figure that a table of cases may show, by its codes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from palermo.cases import Counted
from palermo.codes import code_list, region

AREAS = frozenset(code_list("areas"))
NOT_VICTIMS = ("proxy", "in_state_return", "at_risk", "not_identified", "not_assessed")
ORDER = ("detected_victims", "documented", "documented_others", "presumed", *NOT_VICTIMS)
Codes = frozenset[tuple[str, str]]


def cells(
    rows: Iterable[Counted],
    breakdown: str,
    indicator: str,
    *,
    unit: str,
    where: dict[str, str],
    scheme: str,
    on: date,
    line: int = 5,
) -> dict[Codes, set[object]]:
    """What is counted in each cell: case ids, or organisation and person where the unit is the person."""
    rows = list(rows)
    highest = _highest(rows)
    standings = NOT_VICTIMS if indicator == "not_victims" else (indicator,)
    chosen = [row for row in rows if row.standing in standings and _within(row, where)]
    if unit == "person":
        chosen = [row for row in chosen if highest[row.organisation, row.person] == row.standing]
    names = _names(breakdown)
    found: dict[Codes, set[object]] = defaultdict(set)
    for row in chosen:
        who = row.case if unit == "case" else (row.organisation, row.person)
        for codes in _members(row, breakdown, scheme, on):
            held = [(name, codes[name]) for name in names]
            for size in range(len(held) + 1):
                for part in combinations(held, size):
                    found[frozenset(part)].add(who)
    if breakdown == "flow":
        _folded(found, line)
    return found


def _highest(rows: list[Counted]) -> dict[tuple[str, str], str]:
    """A person has one standing in an organisation: the highest of her cases there."""
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        who = row.organisation, row.person
        found[who] = min(row.standing, found.get(who, row.standing), key=ORDER.index)
    return found


def _within(row: Counted, where: dict[str, str]) -> bool:
    year = "unknown" if row.year is None else str(row.year)
    return where.get("area", row.area) == row.area and where.get("year", year) == year


def _names(breakdown: str) -> tuple[str, ...]:
    return {
        "area": ("area", "year", "sex"),
        "sex_age": ("age", "sex"),
        "form": ("form", "age", "sex"),
        "detail": ("detail", "age", "sex"),
        "citizenship": ("citizenship", "sex"),
        "repatriation": ("repatriation", "sex"),
        "flow_class": ("class", "sex"),
        "flow": ("origin", "area", "class"),
        "route": ("recruited", "exploited"),
        "conflict": ("link", "stage"),
        "conflict_party": ("party", "linked"),
        "conflict_displaced": ("displacement", "linked"),
        "conflict_form": ("detail", "linked"),
        "organisation": ("organisation", "sex"),
        "in_return": ("in_return", "sex"),
        "not_counted": ("standing", "sex"),
    }[breakdown]


def _members(row: Counted, breakdown: str, scheme: str, on: date) -> Iterator[dict[str, str]]:
    case = {
        "area": row.area,
        "year": "unknown" if row.year is None else str(row.year),
        "sex": row.sex,
        "age": row.age_group,
        "displacement": row.displacement,
        "linked": _linked(row),
        "organisation": row.organisation,
        "standing": row.standing,
        "in_return": row.in_return,
    }
    for more in _several(row, breakdown, scheme, on):
        yield case | more


def _several(row: Counted, breakdown: str, scheme: str, on: date) -> Iterator[dict[str, str]]:
    lists = {
        "form": ("form", row.portal_forms),
        "detail": ("detail", row.forms),
        "conflict_form": ("detail", row.forms),
        "citizenship": ("citizenship", row.citizenships),
        "repatriation": ("repatriation", row.repatriation),
        "conflict_party": ("party", row.party_types),
    }
    if breakdown in lists:
        name, codes = lists[breakdown]
        yield from ({name: code} for code in codes)
    elif breakdown == "conflict":
        for one in row.conflict:
            stage, _, link = one.partition(":")
            yield {"stage": stage, "link": link} if link else {"stage": "unknown", "link": one}
    elif breakdown == "route":
        for one in row.routes:
            recruited, _, exploited = one.partition(">")
            yield {"recruited": recruited, "exploited": exploited}
    elif breakdown in ("flow", "flow_class"):
        for origin in _origins(row):
            yield {"origin": origin, "class": _class(origin, row.area, scheme, on)}
    else:
        yield {}


def _linked(row: Counted) -> str:
    links = [one.split(":")[-1] for one in row.conflict]
    if any(link not in ("none", "unknown") for link in links):
        return "yes"
    return "no" if all(link == "none" for link in links) else "unknown"


def _origins(row: Counted) -> set[str]:
    if row.stateless:
        return {"stateless"}
    if "nationals" in row.citizenships or (row.area in row.citizenships and row.area in AREAS):
        return {row.area if row.area in AREAS else "nationals"}
    return set(row.citizenships)


def _class(origin: str, area: str, scheme: str, on: date) -> str:
    if origin == "stateless":
        return "stateless"
    if origin == "nationals" or (origin == area and area in AREAS):
        return "domestic"
    if origin in ("foreign", "abroad"):
        return "crossborder"
    if origin not in AREAS or area not in AREAS:
        return "unknown"
    here, there = region(area, scheme=scheme, on=on), region(origin, scheme=scheme, on=on)
    if here is None or there is None:
        return "crossborder"
    if here.subregion == there.subregion:
        return "subregion"
    return "region" if here.region == there.region else "transregional"


def _folded(found: dict[Codes, set[object]], line: int) -> None:
    """A line joins two different areas from `line` victims on; what is no line is told in one row a kind."""
    wanted = {"origin", "area", "class"}
    folds: dict[str, set[object]] = {"under": set(), "domestic": set(), "stateless": set(), "other": set()}
    for codes, who in list(found.items()):
        named = dict(codes)
        if set(named) != wanted:
            continue
        between = named["origin"] in AREAS and named["area"] in AREAS and named["origin"] != named["area"]
        if between and len(who) < line:
            folds["under"] |= who
        elif not between:
            folds[named["class"] if named["class"] in ("domestic", "stateless") else "other"] |= who
    for kind, people in folds.items():
        found[frozenset({("line", kind)})] = people
