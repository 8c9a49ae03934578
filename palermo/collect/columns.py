"""Which field of a case does a column of a file tell? So that a page can show the file's own word beside it.

Sources: `htcds_columns.csv` and `ctdc_columns.csv`. A field is named by its path in the case; those of all
episodes together, because no layout tells more than one.
"""

from collections.abc import Mapping
from functools import cache

from palermo.collect import ctdc, htcds_layout

HAPPENED = (
    "episodes.acts",
    "episodes.recruited_in",
    "episodes.exploited_in",
    "episodes.journey",
    "episodes.began",
)
HTCDS: Mapping[str, tuple[str, ...]] = {
    "prs_Gender": ("sex", "gender"),
    "prs_Citizenship": ("citizenships", "stateless"),
    "vic_TraffickingStatus": ("statuses",),
    "vic_TraffickingStatusDecisionMakingOrg": ("statuses", "detection.authority"),
    "vic_RelationshipToTrafficker": ("episodes.actors",),
    "vic_MethodOfRecruitment": ("episodes.acts", "episodes.online"),
    "vic_RecruitmentWebsitesAndApps": ("episodes.online",),
    "vic_ExploitationWebsitesAndApps": ("episodes.online",),
    "vic_LocationOfRecruitment": ("episodes.acts", "episodes.recruited_in"),
    "vic_MethodsOfControl": ("episodes.means",),
    "vic_TypeOfExploitation": ("episodes.forms", "episodes.purposes"),
    "vic_TypeOfSexExploitation": ("episodes.forms", "episodes.purposes"),
    "vic_ForcedLabourIndustry": ("episodes.sectors",),
    "vic_LocationOfExploitation": ("episodes.exploited_in",),
    "hte_Type": HAPPENED,
    "hte_Country": HAPPENED,
    "spl_Type": ("needs",),
}
CTDC: Mapping[str, tuple[str, ...]] = {
    "year": ("detection.when", "statuses"),
    "gender": ("sex", "gender"),
    "age": ("ages.registration", "ages.detection"),
    "citizenship": ("citizenships", "stateless"),
    "means": ("episodes.means",),
    "general": ("episodes.forms", "episodes.purposes"),
    "form": ("episodes.forms", "episodes.purposes", "episodes.sectors"),
    "relation": ("episodes.acts", "episodes.actors"),
    "exploited_in": ("episodes.exploited_in",),
    "months": ("episodes.duration",),
}


@cache
def fields_of(column: str) -> tuple[str, ...]:
    """Paths of the fields of a case that the column tells; empty where it tells none of them.

    >>> fields_of("prs_Gender"), fields_of("traffickMonths"), fields_of("nonsense")
    (('sex', 'gender'), ('episodes.duration',), ())
    """
    if column in HTCDS:
        return HTCDS[column]
    known = ctdc.known_columns().get(column)
    if known is None or (known.kind, known.target) == ("means", ""):
        return ()
    return (f"ages.{known.target}",) if known.kind == "majority" else CTDC.get(known.kind, ())


def label_of(column: str) -> str:
    """What the layout calls the column in words; its name where it has no other."""
    known = htcds_layout.known_columns().get(column)
    return known.label if known and known.label else column
