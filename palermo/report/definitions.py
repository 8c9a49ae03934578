"""Which tables are there, and by which rule is each counted? Frozen records in the order of the report.

Sources: UNODC Global Report and data portal layout; S/2016/949, paragraphs 4-17, 20, 29-32, 49-54, 63 (g).
Only persons identified by a national authority are "detected trafficking victims"; what UN entities
documented has tables of its own and is never summed with them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from palermo.cases.counting import COUNTING_RULE, NOT_COUNTED
from palermo.codes.languages import phrase
from palermo.report import relations
from palermo.report.breakdowns import BREAKDOWNS, SEX, Breakdown, Fold, Group

TITLES = {
    "detected_victims": "Detected trafficking victims",
    "documented": "Documented by UN entities",
    "documented_others": "Documented by other organisations",
    "presumed": "Presumed victims",
}
IDENTITY = {
    "detected_victims": "persons formally identified by a national authority, until one takes that back",
    "documented": "persons identified by a UN mission or entity, and not (yet) by a State",
    "documented_others": "persons identified by an NGO or another organisation outside the UN (or by an "
    "authority that is not known), and not (yet) by a State",
    "presumed": "presumed victims: reasonable grounds, awaiting identification",
}
APART = {
    "detected_victims": "Only persons identified by national authorities are detected victims.",
    "documented": "Not detected victims, never summed with them. A case that a State identifies leaves here.",
    "documented_others": "Neither detected victims nor documented by UN entities; never summed with either.",
    "presumed": "Not identified victims; never summed with them.",
}
MISSING = "Year and area are those of detection; what it does not say is taken from the decision counted."
MOMENT = {
    "detected_victims": "Year and area are those of detection where the State that identified the person "
    "detected her (what that does not say is taken from its decision), else those of its decision.",
    "documented": MISSING,
    "documented_others": MISSING,
    "presumed": MISSING,
}
AGE = "Age is that of the same moment: age at detection, carried forward where a later year is counted."
HELD = "A case that a State's return already holds is not counted."
UNIT_RULES = {
    "case": "Counts cases: a person with two cases is counted in each.",
    "person": "Counts persons, within one organisation: a person known to two is counted by both. A person "
    "has one standing, the highest of her cases (detected, documented by UN entities, by others, presumed, "
    "not counted); her cases of that standing count, each part once.",
}
UNIT_WORDS = {"case": "cases", "person": "persons"}


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
    codes whose rows are shown as one each. `of` is the kind of record that a trace lists. `unit` is what is
    counted, where it is neither cases nor persons as asked; `titles` replace those of dimensions.
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
    fold: Fold | None = None
    totals: bool = True
    of: str = "case"
    regions: bool = False
    unit: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (*(name for group in self.rows for name in group), *self.column)

    @property
    def comparable(self) -> bool:
        """Whether two years of it can stand side by side; returns as sent, each of a period, cannot."""
        return "period" not in self.dimensions

    @property
    def absent(self) -> int | None:
        """The figure of a row that is not listed: nobody, or not known.

        Not known where rows are returns (who did not return is not zero), and for a line of flows, which is
        listed from a number on only.
        """
        return None if self.measures or self.fold else 0

    @property
    def rule_id(self) -> str:
        return f"palermo-{COUNTING_RULE}/{self.id}"

    def rule_in(self, unit: str) -> str:
        """The counting rule in words, for the unit asked."""
        if self.of != "case":
            return phrase(self.rule)
        return phrase("{counts} {who}", counts=phrase(UNIT_RULES[unit]), who=phrase(self.rule))

    def unit_in(self, unit: str) -> str:
        """What is counted: cases, persons or interviews."""
        return self.unit or UNIT_WORDS[unit]


def _of_persons() -> Iterator[Definition]:
    for indicator in TITLES:
        yield from (_of(indicator, each) for each in BREAKDOWNS if indicator in each.indicators)


def _of(indicator: str, each: Breakdown) -> Definition:
    detected = indicator == "detected_victims"
    colon = ":" if each.title.startswith("flows") else ""
    return Definition(
        id=each.name if detected else f"{each.name}_{indicator}",
        breakdown=each.name,
        indicator=indicator,
        title=f"{TITLES[indicator]}{colon} {each.title}",
        relation=each.relation,
        rows=each.rows,
        column=each.column,
        rule=f"Who: {IDENTITY[indicator]}. {MOMENT[indicator]} {AGE}",
        notes=(APART[indicator], *(() if detected else (HELD,)), *each.notes),
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
    rule="Who: everybody whom no table of victims counts, by the reason.",
    notes=(
        "Listed so that it can be seen what stayed out. Says nothing about the help that a person needs.",
    ),
    standings=NOT_COUNTED,
)

INTERVAL = '"<5" of the portal is carried as 0 to 4, zero included; lowest and highest are both possible.'
COURT_MEASURES = (
    Measure("in_file", "Areas in the file", "(SELECT count(DISTINCT area) FROM state_returns)"),
    Measure("returned", "Areas that returned a total", "count(low)", "low IS NOT NULL"),
    Measure("no_total", "Returned without a total", "count(*) - count(low)", "low IS NULL"),
    Measure("low", "Persons, lowest", "sum(low)", "low IS NOT NULL"),
    Measure("high", "Persons, highest", "sum(high)", "low IS NOT NULL"),
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
            f"Adds the rows “{portal}” of State returns whose dimension, sex and age are Total: one figure "
            "per area and year. The denominator is the areas that returned such a total for that year. Areas "
            "with rows of the indicator but no total stand beside it, and are in no other figure; areas in "
            "the file are those with any row, of any year and indicator."
        ),
        notes=(
            INTERVAL,
            "Where the rows of one area and year contradict each other, the interval spans them.",
            "An area that did not return is not an area without cases. A masked cell may be zero: how many "
            "areas had none at all cannot be told.",
        ),
        totals=False,
        of="state_return",
        unit="persons",
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
    unit="interviews",
    titles={"area": "Area"},
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
        unit="persons" if which == "<>" else "respondents",
        titles={"area": "Area"},
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

PATTERNS = Definition(
    id="patterns",
    breakdown="patterns",
    indicator="patterns",
    title="Patterns that missions observed without counting",
    relation=relations.PATTERNS,
    rows=(("area", "period", "forms", "means", "links", "parties", "displaced"),),
    measures=(Measure("returns", "Returns", "count(*)"),),
    rule="Lists pattern returns as sent; returns that say the same of one place and period are one row.",
    notes=("Says what was seen, not how often: no count of victims can be read from it.",),
    totals=False,
    of="pattern_return",
    unit="returns",
    titles={"area": "Area"},
)

TABLES: tuple[Definition, ...] = (
    *_of_persons(),
    NOT_VICTIMS,
    _courts("prosecuted", "Persons prosecuted"),
    _courts("convicted", "Persons convicted"),
    EFFORT,
    AGGREGATES,
    EXPOSURE,
    PATTERNS,
)
BY_ID = {one.id: one for one in TABLES}
BY_CELL = {(one.breakdown, one.indicator): one for one in TABLES}
