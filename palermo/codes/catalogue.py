"""What is each code list for, and in which order does a reader meet them? A group and a sentence for each.

Every list under `lists/` has an entry here, and every entry a list: a test compares them. Where a code of
ours is mapped to comes from the crosswalk. Never a list of its own: codes and their labels are in the files.
"""

from dataclasses import dataclass
from functools import cache

from palermo.codes.crosswalks import crosswalk_rows
from palermo.codes.languages import marked
from palermo.codes.listing import Code, code_list, list_names

TARGETS = {
    "portal": ("portal_forms",),
    "global_report": ("global_report_forms",),
    "sdg": ("sdg_series",),
    "htcds": ("htcds_vic_TypeOfExploitation", "htcds_vic_TypeOfSexExploitation"),
    "ctdc": ("ctdc_27", "ctdc_37", "ctdc_62"),
}
"""The code lists that hold the targets of each system of the crosswalk."""
FORMS = "exploitation_forms"
HTCDS = marked("A picklist of HTCDS 2.0, as case files hold it.")
COLUMNS = marked("The columns of a CTDC file, each with what it is read as.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A code list in the catalogue: its title and what it is for, in English."""

    name: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Section:
    """Code lists that belong together."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What a form of exploitation of ours is in another system; `code` is empty where it is nothing there.

    `name` is the code list that holds the target, or empty; `direction` is out, in or both.
    """

    system: str
    name: str
    code: str
    direction: str
    note: str


@cache
def sections() -> tuple[Section, ...]:
    """All code lists in the order of the catalogue."""
    return (*OURS, Section(marked("HTCDS 2.0"), _htcds()), OTHERS)


@cache
def entry(name: str) -> Entry | None:
    """The entry of a list; None where there is no such list."""
    return next((one for part in sections() for one in part.entries if one.name == name), None)


@cache
def targets(name: str, code: str) -> tuple[Target, ...]:
    """Where the crosswalk maps a code of the list to, or from where it is mapped here.

    >>> [(one.system, one.code) for one in targets("exploitation_forms", "sexual_slavery")][:2]
    [('portal', 'sexual'), ('global_report', 'sexual_exploitation')]
    """
    if name == FORMS:
        return tuple(
            Target(row.system, _holder(row.system, row.target), row.target, row.direction, row.note)
            for row in crosswalk_rows()
            if row.form == code
        )
    systems = [system for system, names in TARGETS.items() if name in names]
    return tuple(
        Target("palermo", FORMS, row.form, row.direction, row.note)
        for row in crosswalk_rows()
        if row.system in systems and row.target == code
    )


def found(text: str, *, language: str = "en", most: int = 200) -> tuple[tuple[str, Code], ...]:
    """Codes of all lists whose code, label in any language or definition holds the text; list name first.

    Codes and labels that begin with it come first. Nothing is found for fewer than two characters.

    >>> [(name, one.code) for name, one in found("harbouring")][0]
    ('acts', 'harbouring')
    """
    wanted = text.strip().casefold()
    if len(wanted) < 2:
        return ()
    hits = [(name, one) for name in _ordered() for one in code_list(name).values() if _holds(one, wanted)]
    hits.sort(key=lambda hit: not _begins(hit[1], wanted, language))
    return tuple(hits[:most])


def _holds(one: Code, wanted: str) -> bool:
    said = (one.code, one.definition, *one.labels.values())
    return any(wanted in text.casefold() for text in said)


def _begins(one: Code, wanted: str, language: str) -> bool:
    return any(text.casefold().startswith(wanted) for text in (one.code, one.label(language)))


def _ordered() -> tuple[str, ...]:
    return tuple(one.name for part in sections() for one in part.entries)


def _holder(system: str, target: str) -> str:
    return next((name for name in TARGETS[system] if target in code_list(name)), "")


def _htcds() -> tuple[Entry, ...]:
    """The fields, and each picklist under the name of the field that takes it."""
    taken = {one.more["picklist"]: one for one in code_list("htcds_fields").values() if one.more["picklist"]}
    fields = Entry("htcds_fields", marked("Fields of HTCDS"), marked("Every field, with its picklist."))
    lists = (name for name in list_names() if name.startswith("htcds_") and name != fields.name)
    return (fields, *(Entry(name, _field(taken.get(name), name), HTCDS) for name in lists))


def _field(field: Code | None, name: str) -> str:
    if field is None:
        return name
    return f"{field.label()} ({field.more['section']})" if field.label() == "Type" else field.label()


OURS = (
    Section(
        marked("What happened"),
        (
            Entry("acts", marked("Acts"), marked("What was done with the person: the first element.")),
            Entry("means", marked("Means"), marked("How it was brought about: the second element.")),
            Entry("purposes", marked("Purposes"), marked("To what end: the third element.")),
            Entry(
                "exploitation_forms",
                marked("Forms of exploitation"),
                marked("How a person was or was to be exploited; other systems' forms map to these."),
            ),
            Entry(
                "exploitation_states",
                marked("Exploitation: realised or intended"),
                marked("Whether the exploitation took place."),
            ),
            Entry(
                "sectors", marked("Sectors"), marked("In which part of the economy the person was exploited.")
            ),
            Entry("endings", marked("How it ended"), marked("How an episode came to its end.")),
            Entry("transport_modes", marked("Means of transport"), marked("How the person travelled.")),
        ),
    ),
    Section(
        marked("The person and the case"),
        (
            Entry(
                "status_steps", marked("Status"), marked("Where a case stands, from at risk to identified.")
            ),
            Entry("status_grounds", marked("Grounds of a status"), marked("On what a status was decided.")),
            Entry(
                "case_kinds",
                marked("Kinds of case"),
                marked("Whether the person was met or reported absent."),
            ),
            Entry("sex", marked("Sex"), marked("As the Global Report counts it.")),
            Entry("gender", marked("Gender"), marked("As the person says it.")),
            Entry(
                "age_groups",
                marked("Age groups"),
                marked("Children and adults, as the Global Report counts."),
            ),
            Entry(
                "displacement", marked("Displacement"), marked("Whether and how the person was displaced.")
            ),
            Entry("services", marked("Services and needs"), marked("Help that a person needs or was given.")),
            Entry("referral_states", marked("States of a referral"), marked("What became of a referral.")),
            Entry(
                "repatriation_kinds",
                marked("Repatriation and resettlement"),
                marked("Whether the person went home or to a third country."),
            ),
            Entry(
                "reporter_relations",
                marked("Who reports an absent person"),
                marked("What the one who reports is to the person."),
            ),
            Entry(
                "whereabouts", marked("Whereabouts"), marked("What is known of where an absent person is.")
            ),
            Entry("answers", marked("Answers"), marked("Yes, no, unknown.")),
            Entry("name_kinds", marked("Kinds of name"), marked("Which part of a name it is; sealed.")),
            Entry(
                "contact_kinds", marked("Kinds of contact"), marked("Which kind of contact it is; sealed.")
            ),
            Entry("scripts", marked("Scripts"), marked("In which script a name is written.")),
            Entry("erasure_reasons", marked("Reasons of erasure"), marked("Why a person was erased.")),
        ),
    ),
    Section(
        marked("Conflict, parties and others involved"),
        (
            Entry(
                "conflict_links",
                marked("Links with a conflict"),
                marked("How a case is linked to a conflict."),
            ),
            Entry("conflict_stages", marked("Stages"), marked("At which stage the link is.")),
            Entry("party_types", marked("Types of armed party"), marked("Which kind of party was involved.")),
            Entry("actor_roles", marked("Roles of others"), marked("What somebody involved did.")),
            Entry(
                "actor_relations",
                marked("Relations of others"),
                marked("What somebody involved is to the person."),
            ),
            Entry(
                "incident_types", marked("Types of incident"), marked("What a dated event in a place was.")
            ),
            Entry(
                "verification_statuses",
                marked("Verification"),
                marked("The outcome of verifying an incident, in the five values of the UN."),
            ),
            Entry(
                "mrm_violation_types",
                marked("Grave violations against children"),
                marked("The types of the monitoring and reporting mechanism."),
            ),
        ),
    ),
    Section(
        marked("Areas and organisations"),
        (
            Entry(
                "areas",
                marked("Areas"),
                marked("Countries and areas by ISO code, with their names in UN usage."),
            ),
            Entry(
                "special_areas",
                marked("What is not one area"),
                marked("What a label may mean where it names no single area: stateless, several, a total."),
            ),
            Entry(
                "authority_types",
                marked("Authorities"),
                marked("Which kind of authority decided or detected."),
            ),
            Entry(
                "organisation_kinds",
                marked("Kinds of organisation"),
                marked("Which kind an organisation is."),
            ),
        ),
    ),
    Section(
        marked("Global Report, data portal and SDG"),
        (
            Entry(
                "portal_forms",
                marked("Forms of the data portal"),
                marked("The three forms that tables count."),
            ),
            Entry("portal_indicators", marked("Indicators of the data portal"), marked("What a row counts.")),
            Entry(
                "portal_dimensions", marked("Dimensions of the data portal"), marked("By what a row is cut.")
            ),
            Entry(
                "global_report_forms",
                marked("Forms of the printed Global Report"),
                marked("The forms that the printed report shows."),
            ),
            Entry("sdg_series", marked("Series of SDG 16.2.2"), marked("The series by which States report.")),
        ),
    ),
)
OTHERS = Section(
    marked("CTDC and DTM"),
    (
        Entry("ctdc_27", marked("CTDC, 27 columns"), COLUMNS),
        Entry("ctdc_37", marked("CTDC, 37 columns"), COLUMNS),
        Entry("ctdc_62", marked("CTDC, 62 columns"), COLUMNS),
        Entry("ctdc_age_bands", marked("CTDC age bands"), marked("How CTDC files write an age.")),
        Entry("ctdc_gender", marked("CTDC gender"), marked("How CTDC files write gender.")),
        Entry("ctdc_majority", marked("CTDC majority"), marked("Child or adult, as CTDC files write it.")),
        Entry("ctdc_months", marked("CTDC durations"), marked("How CTDC files write a duration.")),
        Entry("ctdc_sources", marked("CTDC sources"), marked("From where a CTDC row comes.")),
        Entry(
            "dtm_indicators",
            marked("Indicators of the DTM survey"),
            marked("Questions of IOM's flow monitoring survey: exposure, never a count of victims."),
        ),
    ),
)
