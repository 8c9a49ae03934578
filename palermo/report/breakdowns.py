"""By what is each count of persons broken down? A breakdown is a table for every indicator that it is for.

Sources: UNODC Global Report and data portal layout; S/2016/949, paragraphs 4-17, 29-32 and 63 (g).
"""

from dataclasses import dataclass

from palermo.cases.counting import VICTIMS
from palermo.report import relations

Group = tuple[str, ...]
Fold = tuple[str, tuple[str, ...]]

SEX: Group = ("sex",)
LINKED: Group = ("linked",)
NO_LINES = ("under", "domestic", "stateless", "other")
STATES = ("detected_victims",)
NOT_OTHERS = tuple(one for one in VICTIMS if one != "documented_others")
SEVERAL = "Several are possible: the parts may exceed the total, which counts each once."
CLASSES = (
    "Origin is citizenship, destination the area of detection (the area counted).",
    "Domestic: one of the citizenships is the area counted, or the record says a national of it. Stateless: "
    "a stateless person, wherever found; never domestic.",
    "Within the sub-region: both areas in one sub-region. From another sub-region: in one region. "
    "Transregional: in two regions.",
    "Cross-border, not classified: foreign without a country, or the scheme has no region for an area.",
)
NO_ORIGIN = "Unknown: origin or destination is not known, or is no single area."
LINES_LISTED = (
    "Listed are lines between two different areas. In one row each: lines under the number, domestic, "
    "stateless, and origin unknown or other (no single area known at both ends)."
)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What indicators of persons are broken down by; a table for each indicator in `indicators`."""

    name: str
    title: str
    relation: str
    rows: tuple[Group, ...]
    column: Group
    notes: tuple[str, ...] = ()
    fold: Fold | None = None
    regions: bool = False
    indicators: tuple[str, ...] = NOT_OTHERS


BREAKDOWNS = (
    Breakdown("area", "by area and year", relations.CASES, (("area",), ("year",)), SEX, indicators=VICTIMS),
    Breakdown("sex_age", "by sex and age", relations.CASES, (("age",),), SEX, indicators=VICTIMS),
    Breakdown(
        "form",
        "by form of exploitation",
        relations.with_codes("portal_forms", "form"),
        (("form",), ("age",)),
        SEX,
        (SEVERAL, "The three forms of the Global Report; our own forms map to them by a reviewed crosswalk."),
        indicators=VICTIMS,
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
        indicators=VICTIMS,
    ),
    Breakdown(
        "repatriation",
        "by area of repatriation",
        relations.with_codes("repatriations", "repatriation"),
        (("repatriation",),),
        SEX,
        (
            "Only cases with a repatriation recorded, by the area to which the person was repatriated; "
            "resettlement in a third country is not repatriation.",
        ),
    ),
    Breakdown(
        "flow_class",
        "by class of flow",
        relations.FLOWS,
        (("class",),),
        SEX,
        (*CLASSES, NO_ORIGIN, SEVERAL),
        regions=True,
    ),
    Breakdown(
        "flow",
        "flows, citizenship to detection",
        relations.LINES,
        (("origin", "area", "class", "line"),),
        (),
        (*CLASSES, LINES_LISTED, SEVERAL),
        fold=("line", NO_LINES),
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
        "organisation",
        "by organisation that recorded them",
        relations.CASES,
        (("organisation",),),
        SEX,
        indicators=VICTIMS,
    ),
    Breakdown(
        "in_return",
        "by whether a State's return already holds them",
        relations.CASES,
        (("in_return",),),
        SEX,
        ("The overlap with State returns, as the records say; the two are never added.",),
        indicators=STATES,
    ),
)
