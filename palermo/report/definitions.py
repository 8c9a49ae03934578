"""Which tables are there, and by which rule is each counted? Frozen records in the order of the report.

Sources: UNODC Global Report and data portal layout; S/2016/949, paragraphs 4-17, 20, 29-32, 49-54, 63 (g).
Only persons identified by a national authority are "detected trafficking victims"; what UN entities
documented has tables of its own and is never summed with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from palermo.cases import COUNTING_RULE
from palermo.report import relations

Group = tuple[str, ...]

IDENTITY = {
    "detected_victims": "persons formally identified by a national authority",
    "documented": "persons identified by a UN entity or another organisation, and not (yet) by a State",
    "presumed": "presumed victims: reasonable grounds, awaiting identification",
}
TITLES = {
    "detected_victims": "Detected trafficking victims",
    "documented": "Documented by UN entities",
    "presumed": "Presumed victims documented by UN entities",
}
APART = {
    "detected_victims": "Only persons identified by national authorities are detected victims.",
    "documented": "Not detected victims, never summed with them. A case that a State identifies leaves here.",
    "presumed": "Not identified victims; never summed with them.",
}
MOMENT = (
    "Year and country are those of detection where the detecting authority is of the kind counted, "
    "else those of the decision counted. Age is age at detection."
)
SEVERAL = "A case may have several: the parts may exceed the total, which counts each case once."


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of figures over the rows of a return: `sql` is an aggregate, `where` the rows behind it."""

    name: str
    title: str
    sql: str
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Definition:
    """One table as data: which rows, by which dimensions, counted how.

    `relation` is the SQL of its rows; `rows` are groups of dimensions (a group is given whole or totalled),
    `column` the group across; `measures`, where given, are the columns instead. `fold` names a dimension and
    code whose rows are shown as one. `of` is the kind of record that a trace lists.
    """

    id: str
    breakdown: str
    indicator: str
    title: str
    relation: str
    rows: tuple[Group, ...]
    rule: str
    notes: tuple[str, ...] = ()
    column: Group = ()
    measures: tuple[Measure, ...] = ()
    standings: tuple[str, ...] = ()
    fold: tuple[str, str] | None = None
    totals: bool = True
    of: str = "case"
    regions: bool = False

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (*(name for group in self.rows for name in group), *self.column)

    @property
    def rule_id(self) -> str:
        return f"palermo-{COUNTING_RULE}/{self.id}"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What the three indicators of persons are broken down by; a table for each."""

    name: str
    title: str
    relation: str
    rows: tuple[Group, ...]
    column: Group
    notes: tuple[str, ...] = ()
    fold: tuple[str, str] | None = None
    regions: bool = False


SEX: Group = ("sex",)
LINKED: Group = ("linked",)
CLASSES = (
    "Origin is citizenship, destination the area of detection. A person one of whose citizenships is the "
    "area of detection is domestic; a stateless person never is.",
    "Cross-border, not classified: foreign without a country, or the scheme has no region for an area.",
)
BREAKDOWNS = (
    Breakdown("area", "by area and year", relations.CASES, (("area",), ("year",)), SEX),
    Breakdown("sex_age", "by sex and age", relations.CASES, (("age",),), SEX),
    Breakdown(
        "form",
        "by form of exploitation",
        relations.with_codes("portal_forms", "form"),
        (("form",), ("age",)),
        SEX,
        (SEVERAL, "The three forms of the Global Report; our own forms map to them by a reviewed crosswalk."),
    ),
    Breakdown(
        "detail",
        "by form of exploitation, in detail",
        relations.with_codes("forms", "detail"),
        (("detail",), ("age",)),
        SEX,
        (
            SEVERAL,
            "Forms pending the text of the UN classification (IC-TIP). Only forms that occur are listed.",
        ),
    ),
    Breakdown(
        "citizenship",
        "by citizenship",
        relations.with_codes("citizenships", "citizenship"),
        (("citizenship",),),
        SEX,
        (SEVERAL,),
    ),
    Breakdown(
        "repatriation",
        "by country of repatriation",
        relations.with_codes("repatriations", "repatriation"),
        (("repatriation",),),
        SEX,
        ("Only cases with a repatriation or resettlement recorded, by the area to which the person went.",),
    ),
    Breakdown(
        "flow_class",
        "by class of flow",
        relations.FLOWS,
        (("class",),),
        SEX,
        (*CLASSES, SEVERAL),
        regions=True,
    ),
    Breakdown(
        "flow",
        "flows, citizenship to detection",
        relations.LINES,
        (("origin", "area", "class", "line"),),
        (),
        (*CLASSES, SEVERAL),
        fold=("line", "under"),
        regions=True,
    ),
    Breakdown(
        "route",
        "flows, recruitment to exploitation",
        relations.ROUTES,
        (("recruited", "exploited"),),
        (),
        (SEVERAL, "Areas of one episode are joined, never those of two. Every route is shown."),
    ),
    Breakdown(
        "conflict",
        "by conflict link and stage",
        relations.CONFLICT,
        (("link",),),
        ("stage",),
        (SEVERAL, "A stage left open is not known; it does not say that there was no link."),
    ),
    Breakdown(
        "conflict_party",
        "by type of armed party and conflict link",
        relations.with_codes("party_types", "party"),
        (("party",),),
        LINKED,
        (SEVERAL, "No link found: said so at every stage given; otherwise it is unknown."),
    ),
    Breakdown(
        "conflict_displaced",
        "by displacement status and conflict link",
        relations.CASES,
        (("displacement",),),
        LINKED,
    ),
    Breakdown(
        "conflict_form",
        "by form of exploitation and conflict link",
        relations.with_codes("forms", "detail"),
        (("detail",),),
        LINKED,
        (SEVERAL, "Forms that do not occur are not listed."),
    ),
    Breakdown(
        "organisation", "by organisation that recorded them", relations.CASES, (("organisation",),), SEX
    ),
)


def _of_persons() -> Iterator[Definition]:
    for indicator, title in TITLES.items():
        for each in BREAKDOWNS:
            yield Definition(
                id=each.name if indicator == "detected_victims" else f"{each.name}_{indicator}",
                breakdown=each.name,
                indicator=indicator,
                title=f"{title} {each.title}"
                if not each.title.startswith("flows")
                else f"{title}: {each.title}",
                relation=each.relation,
                rows=each.rows,
                column=each.column,
                rule=f"Counts {IDENTITY[indicator]}. {MOMENT}",
                notes=(APART[indicator], *each.notes),
                standings=(indicator,),
                fold=each.fold,
                regions=each.regions,
            )


NOT_VICTIMS = Definition(
    id="not_counted",
    breakdown="not_counted",
    indicator="not_victims",
    title="Cases that are not counted as victims",
    relation=relations.CASES,
    rows=(("standing",),),
    column=SEX,
    rule=f"Counts cases that no table of victims counts, by the reason. {MOMENT}",
    notes=(
        "Listed so that it can be seen what stayed out. Says nothing about the help that a person needs.",
    ),
    standings=("proxy", "at_risk", "not_identified", "not_assessed"),
)

INTERVAL = '"<5" of the portal is carried as 0 to 4, zero included; lowest and highest are both possible.'
COURT_MEASURES = (
    Measure("in_file", "Areas in the file", "(SELECT count(DISTINCT area) FROM state_returns)"),
    Measure("returned", "Areas that returned", "count(*)"),
    Measure("low", "Persons, lowest", "sum(low)"),
    Measure("high", "Persons, highest", "sum(high)"),
    Measure("few", "Areas with ten or fewer", "count(*) FILTER (WHERE high <= 10)", "high <= 10"),
    Measure("masked", "Areas with 0 to 4 (masked)", "count(*) FILTER (WHERE low = 0)", "low = 0"),
)


def _courts(name: str, portal: str) -> Definition:
    return Definition(
        id=name,
        breakdown="courts",
        indicator=name,
        title=f"{portal}, from State returns",
        relation=relations.RETURNED.format(portal=portal),
        rows=(("year",),),
        measures=COURT_MEASURES,
        rule=(
            f"Adds the rows “{portal}” of State returns (dimension, sex and age Total), one figure per area "
            "and year. The denominator is the areas that returned that year, out of the areas in the file."
        ),
        notes=(
            INTERVAL,
            "Where the rows of one area and year contradict each other, the interval spans them.",
            "An area that did not return is not an area without cases. A masked cell may be zero: how many "
            "areas had none at all cannot be told.",
        ),
        totals=False,
        of="state_return",
    )


EFFORT = Definition(
    id="effort",
    breakdown="effort",
    indicator="interviews",
    title="Effort: interviews held",
    relation=relations.EFFORTS,
    rows=(("area",), ("month",)),
    measures=(
        Measure("interviews", "Interviews", "sum(interviews)"),
        Measure("without", "Without indication", "sum(without_indication)"),
        Measure(
            "rate",
            "With indication, per cent",
            "CAST(round(100.0 * sum(interviews - without_indication) / nullif(sum(interviews), 0), 1) "
            "AS DOUBLE)",
        ),
    ),
    rule="Adds the interviews that organisations report per month and area, those without indication too.",
    notes=(
        "The denominator of the rate is all interviews of the row. No trend in cases can be read without it.",
    ),
    of="effort",
)


def _returned(name: str, which: str, title: str, notes: tuple[str, ...]) -> Definition:
    return Definition(
        id=name,
        breakdown=name,
        indicator="exposure" if which == "=" else "aggregate_returns",
        title=title,
        relation=relations.AGGREGATES.format(which=which),
        rows=(("indicator", "area", "period", "sex", "age", "detail"),),
        measures=(Measure("low", "Lowest", "sum(low)"), Measure("high", "Highest", "sum(high)")),
        rule="Lists counts of missions that may not hold cases, as sent; rows with the same codes are added.",
        notes=notes,
        totals=False,
        of="aggregate_return",
    )


AGGREGATES = _returned(
    "aggregates",
    "<>",
    "Aggregate returns of missions that hold no cases",
    ("Never added to counts of cases: the same persons may be in both. No total: returns may overlap.",),
)
EXPOSURE = _returned(
    "exposure",
    "=",
    "Exposure: respondents who answered yes to an indicator",
    ("An exposure measure (S/2016/949, paragraph 54). Never a count of victims and never added to one.",),
)

TABLES: tuple[Definition, ...] = (
    *_of_persons(),
    NOT_VICTIMS,
    _courts("prosecuted", "Persons prosecuted"),
    _courts("convicted", "Persons convicted"),
    EFFORT,
    AGGREGATES,
    EXPOSURE,
)
BY_ID = {one.id: one for one in TABLES}
BY_CELL = {(one.breakdown, one.indicator): one for one in TABLES}
