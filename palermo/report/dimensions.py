"""By what are tables broken down? Each dimension is a column of codes, with its labels and order.

Unknown is a row or column of its own, always shown, never a total.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from palermo.codes import code_list
from palermo.codes.languages import ENGLISH, Language

UNKNOWN = "unknown"
JOINED = ";"
TOTAL = "total"
CLASSES = {
    "domestic": "Domestic",
    "subregion": "Within the sub-region",
    "region": "From another sub-region",
    "transregional": "Transregional",
    "stateless": "Stateless",
    "crossborder": "Cross-border, not classified",
}
LINES = {
    "drawn": "From the line on",
    "under": "Flows under the line",
    "domestic": "Domestic",
    "stateless": "Stateless",
    "other": "Origin unknown or other",
}
STANDINGS = {
    "proxy": "Proxy report (absent person)",
    "in_state_return": "Already in a State's return",
    "at_risk": "At risk",
    "not_identified": "Not identified",
    "not_assessed": "Not assessed",
}
STAGES = {
    "recruitment": "Recruitment",
    "transit": "Transit",
    "exploitation": "Exploitation",
    "detection": "Detection",
}
LINKED = {"yes": "Linked", "no": "No link found"}
HELD = {"yes": "In a State's return", "no": "Not in a State's return"}


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to break down. A closed dimension shows every code, an open one those that occur.

    `many` says that a code may be several, joined.
    `lists` are code lists in `palermo.codes`; `words` holds labels of codes that are the report's own.
    """

    name: str
    title: str
    lists: tuple[str, ...] = ()
    words: Mapping[str, str] | None = None
    closed: bool = False
    order: Literal["list", "code", "largest"] = "list"
    unknown: str | None = "Unknown"
    many: bool = False

    def label(self, code: str, language: Language = ENGLISH) -> str:
        """The label; the code itself where no list knows it; several labels of joined codes."""
        if self.many and JOINED in code:
            return language.listed((self.label(one, language) for one in code.split(JOINED)), apart=True)
        if code in (UNKNOWN, TOTAL):
            return language.said((self.unknown or "Unknown") if code == UNKNOWN else "Total")
        if self.words and code in self.words:
            return language.said(self.words[code])
        found = (code_list(name) for name in self.lists)
        known = next((codes.label(code, language.code) for codes in found if code in codes), "")
        return known or language.isolated(code)

    @property
    def listed(self) -> tuple[str, ...]:
        """Codes in the order of their source, unknown last."""
        codes = [*(self.words or ()), *(code for name in self.lists for code in code_list(name))]
        return (*(code for code in codes if code != UNKNOWN), *([UNKNOWN] if self.unknown else []))

    @property
    def always(self) -> tuple[str, ...]:
        """Codes that are shown also where they count nothing."""
        return self.listed if self.closed else self.listed[-1:] if self.unknown else ()


_AREAS = ("areas", "special_areas")
DIMENSIONS = {
    one.name: one
    for one in (
        Dimension("area", "Area of detection", _AREAS, order="largest", unknown="Area unknown"),
        Dimension("year", "Year", order="code", unknown="Year unknown"),
        Dimension("sex", "Sex", ("sex",), closed=True),
        Dimension("age", "Age", ("age_groups",), closed=True),
        Dimension("form", "Form of exploitation", ("portal_forms",), closed=True),
        Dimension("detail", "Form of exploitation", ("exploitation_forms",), order="largest"),
        Dimension("citizenship", "Citizenship", _AREAS, order="largest"),
        Dimension("repatriation", "Repatriated to", _AREAS, order="largest"),
        Dimension("origin", "Citizenship", _AREAS, order="largest"),
        Dimension("class", "Flow", words=CLASSES, closed=True),
        Dimension("line", "Line", words=LINES),
        Dimension("recruited", "Recruited in", _AREAS, order="largest"),
        Dimension("exploited", "Exploited in", _AREAS, order="largest"),
        Dimension("link", "Conflict link", ("conflict_links",), closed=True),
        Dimension("stage", "Stage", words=STAGES, closed=True),
        Dimension("linked", "Conflict link", words=LINKED, closed=True),
        Dimension("party", "Type of armed party", ("party_types",), closed=True),
        Dimension("displacement", "Displacement status", ("displacement",), closed=True),
        Dimension("standing", "Why not counted", words=STANDINGS, closed=True, unknown=None),
        Dimension("in_return", "Already returned", words=HELD, closed=True),
        Dimension("organisation", "Recorded by", order="largest", unknown=None),
        Dimension("month", "Month", order="code"),
        Dimension("indicator", "Indicator", ("portal_indicators",), order="list"),
        Dimension("period", "Period", order="code"),
        Dimension("forms", "Forms", ("exploitation_forms",), many=True, unknown="Not said"),
        Dimension("means", "Means", ("means",), many=True, unknown="Not said"),
        Dimension("links", "Conflict links", ("conflict_links",), many=True, unknown="Not said"),
        Dimension("parties", "Types of party", ("party_types",), many=True, unknown="Not said"),
        Dimension("displaced", "Displacement", ("displacement",), many=True, unknown="Not said"),
    )
}
