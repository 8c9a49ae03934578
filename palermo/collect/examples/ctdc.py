"""What would the mission's cases look like in the three public layouts of CTDC? For tests.

Real files exist for the layout with 37 columns only; the readers of 27 and 62 are tested on these. Our means
are not CTDC's means of control: the mapping is coarse, one way and for tests. Source: CTDC codebooks 2017,
2021 and 2024.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from io import StringIO

from palermo.cases import Case
from palermo.cases.examples import Mission
from palermo.codes import code_list
from palermo.collect.examples.ctdc_columns import COLUMNS

BANDS = ((0, 8), (9, 17), (18, 20), (21, 23), (24, 26), (27, 29), (30, 38), (39, 47))
MEANS = {
    "force": ("meansOfControlThreats", "meansOfControlPhysicalAbuse"),
    "abduction": ("meansOfControlRestrictsMovement", "isAbduction"),
    "fraud": ("meansOfControlFalsePromises",),
    "deception": ("meansOfControlFalsePromises",),
    "abuse_power_vulnerability": ("meansOfControlPsychologicalAbuse",),
    "payments_benefits": ("meansOfControlOther",),
}
MERGED = {
    "meansOfControlThreats": "meansThreats",
    "meansOfControlPhysicalAbuse": "meansAbusePsyPhySex",
    "meansOfControlPsychologicalAbuse": "meansAbusePsyPhySex",
    "meansOfControlFalsePromises": "meansFalsePromises",
    "meansOfControlRestrictsMovement": "meansDenyBasicNeeds",
}
FORMS = {
    "prostitution": ("isSexualExploit", "typeOfSexProstitution"),
    "pornography": ("isSexualExploit", "typeOfSexPornography"),
    "sexual_slavery": ("isSexualExploit",),
    "sexual_other": ("isSexualExploit",),
    "forced_labour": ("isForcedLabour",),
    "child_labour": ("isForcedLabour",),
    "domestic_servitude": ("isForcedLabour", "typeOfLabourDomesticWork"),
    "begging": ("isForcedLabour", "typeOfLabourBegging"),
    "forced_criminality": ("isForcedLabour", "typeOfLabourIllicitActivities"),
    "forced_marriage": ("isOtherExploit", "isForcedMarriage"),
    "armed_combat": ("isOtherExploit", "isForcedMilitary"),
    "armed_support": ("isOtherExploit", "isForcedMilitary"),
    "armed_role_unknown": ("isOtherExploit", "isForcedMilitary"),
    "organ_removal": ("isOtherExploit", "isOrganRemoval"),
    "unknown": (),
}
SECTORS = {
    "A": "typeOfLabourAgriculture",
    "B": "typeOfLabourMiningOrDrilling",
    "C": "typeOfLabourManufacturing",
    "F": "typeOfLabourConstruction",
    "G": "typeOfLabourPeddling",
    "H": "typeOfLabourTransportation",
    "I": "typeOfLabourHospitality",
    "T": "typeOfLabourDomesticWork",
}
RELATIONS = {
    "intimate_partner": "recruiterRelationIntimatePartner",
    "acquaintance": "recruiterRelationFriend",
    "neighbour": "recruiterRelationFriend",
    "family": "recruiterRelationFamily",
    "unknown": "recruiterRelationUnknown",
}
PREFIXES = {
    "meansOfControlConcatenated": "meansOfControl",
    "typeOfExploitConcatenated": "is",
    "typeOfLabourConcatenated": "typeOfLabour",
    "typeOfSexConcatenated": "typeOfSex",
    "RecruiterRelationship": "recruiterRelation",
}


def ctdc_file(cases: Mission | Iterable[Case], *, layout: str = "ctdc-37") -> bytes:
    """A CSV of the direct cases with any episode, in the layout `ctdc-27`, `ctdc-37` or `ctdc-62`.

    >>> from palermo.cases.examples import invented_mission
    >>> header = ctdc_file(invented_mission(cases=20), layout="ctdc-27").split(b"\\n")[0]
    >>> header.count(b",") + 1
    27
    """
    columns, text = COLUMNS[layout], StringIO()
    lines = csv.DictWriter(text, columns, lineterminator="\n")
    lines.writeheader()
    for case in cases.cases if isinstance(cases, Mission) else cases:
        if case.kind == "direct" and case.episodes:
            lines.writerow(_row(case, layout, columns))
    return text.getvalue().encode()


def _row(case: Case, layout: str, columns: tuple[str, ...]) -> dict[str, str]:
    flags = _flags(case)
    if layout == "ctdc-27":
        flags |= {MERGED[flag] for flag in flags if flag in MERGED}
    known = {name: value(case, layout) for name, value in PLAIN.items() if name in columns}
    known |= {flag: "1" for flag in flags if flag in columns}
    known |= _concatenated(known, columns)
    if layout != "ctdc-62":
        return known
    return {name: known.get(name) or _missing(name, flags) for name in columns}


def _missing(name: str, flags: set[str]) -> str:
    """In the old layout an asked and absent type is 0, anything else not known is -99."""
    return "0" if name.startswith("is") and any(flag.startswith("is") for flag in flags) else "-99"


def _flags(case: Case) -> set[str]:
    flags: set[str] = set()
    for episode in case.episodes:
        flags.update(flag for means in episode.means for flag in MEANS[means])
        for form in episode.forms:
            flags.update(FORMS.get(form, ("isOtherExploit",)))
        flags.update(SECTORS.get(sector, "typeOfLabourOther") for sector in episode.sectors)
        recruiters = (actor.relation for actor in episode.actors if actor.role == "recruiter")
        flags.update(RELATIONS.get(relation, "recruiterRelationOther") for relation in recruiters)
    if {"isSexualExploit", "isForcedLabour"} <= flags:
        flags.add("isSexAndLabour")
    return flags


def _concatenated(known: Mapping[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for name, prefix in PREFIXES.items():
        parts = [c.removeprefix(prefix) for c in columns if c.startswith(prefix) and known.get(c) == "1"]
        if name in columns and parts:
            found[name] = ";".join(parts)
    return found


def _year(case: Case, _: str) -> str:
    return str(case.arrived.year) if case.arrived else ""


def _gender(case: Case, layout: str) -> str:
    words = ("Woman", "Man") if layout == "ctdc-27" else ("Female", "Male")
    trans = "Trans/Transgender/NonConforming" if layout == "ctdc-27" else "Transgender/NonConforming"
    return {"woman": words[0], "man": words[1], "unknown": ""}.get(case.gender, trans)


def _band(case: Case, _: str) -> str:
    age = case.ages.registration
    if age is None or age.lowest != age.highest:
        return ""
    return next((f"{low}--{high}" for low, high in BANDS if low <= age.lowest <= high), "48+")


def _majority(case: Case, _: str) -> str:
    return _group(case.ages.registration.group) if case.ages.registration else ""


def _majority_at_start(case: Case, _: str) -> str:
    return _group(case.ages.start.group) if case.ages.start else ""


def _group(group: str) -> str:
    return {"child": "Minor", "adult": "Adult"}.get(group, "")


def _months(case: Case, layout: str) -> str:
    months = case.episodes[-1].duration
    if months is None or months.highest is None:
        return ""
    if months.highest <= 24:
        return "0--12 (0-1 yr)" if months.highest <= 12 else "13--24 (1-2 yrs)"
    if layout == "ctdc-27":
        return "25+ (2+ yrs)"
    return "25--60 (2-5 yrs)" if months.highest <= 60 else "61+ (5+ yrs)"


def _citizenship(case: Case, layout: str) -> str:
    return _code(case.citizenships[0], layout) if case.citizenships else ""


def _country(case: Case, layout: str) -> str:
    """CTDC's proxy: where exploited last, else where detected."""
    where = [place.area for episode in case.episodes for place in episode.exploited_in]
    where = where or ([case.detection.place.area] if case.detection else [])
    return _code(where[-1], layout) if where else ""


def _code(area: str, layout: str) -> str:
    """Three letters; two in the old layout."""
    if area not in code_list("areas"):
        return ""
    return code_list("areas")[area].more["alpha2"] if layout == "ctdc-62" else area


def _source(_: Case, __: str) -> str:
    return "Case management"


PLAIN: dict[str, Callable[[Case, str], str]] = {
    "yearOfRegistration": _year,
    "datasource": _source,
    "gender": _gender,
    "ageBroad": _band,
    "majorityStatus": _majority,
    "majorityStatusAtExploit": _majority_at_start,
    "traffickMonths": _months,
    "citizenship": _citizenship,
    "CountryOfExploitation": _country,
    "CountryofExploitation": _country,
}
