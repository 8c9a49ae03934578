"""How are the invented persons trafficked? Patterns of S/2016/949, paragraphs 5 to 17, with shares made up.

Abduction and sale by armed groups, use of children, captivity for ransom on the way, work in exile, families
and neighbours as recruiters (paragraph 9). No share is an estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from palermo.cases.examples.draws import Weighted

PURPOSE = {
    "prostitution": "sexual",
    "sexual_slavery": "sexual",
    "pornography": "sexual",
    "sexual_other": "sexual",
    "forced_labour": "forced_labour",
    "child_labour": "forced_labour",
    "domestic_servitude": "servitude",
    "servitude": "servitude",
    "slavery": "slavery",
    "forced_marriage": "slavery",
    "organ_removal": "organs",
}

NEAR = {"family": 27, "acquaintance": 20, "neighbour": 14}
ARMED = {"armed_group": 52, "armed_force": 8, "acquaintance": 10, "neighbour": 9, "family": 8, "stranger": 6}
LINKS_GROUP = {
    "recruitment": Weighted({"armed_group": 50, "in_conflict_zone": 30, "armed_force": 8, "unknown": 12}),
    "exploitation": Weighted({"armed_group": 70, "armed_force": 12, "in_conflict_zone": 8, "unknown": 10}),
    "detection": Weighted(
        {"in_conflict_zone": 40, "post_conflict": 34, "fleeing_conflict": 20, "unknown": 6}
    ),
}
LINKS_ROUTE = {
    "recruitment": Weighted({"fleeing_conflict": 55, "none": 20, "in_conflict_zone": 12, "unknown": 13}),
    "transit": Weighted({"fleeing_conflict": 60, "armed_group": 14, "in_conflict_zone": 10, "none": 16}),
    "exploitation": Weighted({"in_conflict_zone": 36, "armed_group": 20, "none": 24, "unknown": 20}),
}
LINKS_INTO = {
    "recruitment": Weighted({"none": 64, "post_conflict": 16, "unknown": 20}),
    "transit": Weighted({"trafficked_into_conflict": 70, "unknown": 30}),
    "exploitation": Weighted({"trafficked_into_conflict": 40, "in_conflict_zone": 40, "unknown": 20}),
}
LINKS_AFTER = {
    "recruitment": Weighted({"post_conflict": 34, "fleeing_conflict": 28, "none": 20, "unknown": 18}),
    "exploitation": Weighted({"post_conflict": 40, "none": 26, "peacekeeping": 8, "unknown": 26}),
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern of trafficking: who, for what, by whom, tied to the conflict how, ending how.

    `youngest` is the age in years below which nobody is trafficked so; `ongoing` the share still exploited.
    """

    female: float
    child: float
    youngest: int
    forms: Weighted[tuple[str, ...]]
    means: Weighted[tuple[str, ...]]
    recruiter: Weighted[str]
    exploiter: Weighted[str]
    links: Mapping[str, Weighted[str]]
    ending: Weighted[str]
    months: tuple[int, int]
    parties: Weighted[str] | None = None
    sectors: str = ""
    sold: float = 0.02
    ransom: float = 0.01
    foreign: bool | None = None
    ongoing: float = 0.0
    eldest_child: int = 17
    oldest: int = 52


PARTIES = Weighted(
    {"armed_group": 46, "designated_terrorist_group": 26, "militia": 12, "armed_force": 7, "foreign_force": 3}
    | {"other": 2, "unknown": 6}
)
ENDING = Weighted({"escaped": 28, "left": 30, "released": 22, "unknown": 20})
CAPTIVE = Weighted({"escaped": 48, "released": 24, "ransomed": 15, "unknown": 13})

PATTERNS = {
    "abducted": Pattern(
        female=0.86,
        child=0.5,
        youngest=12,
        forms=Weighted(
            {("forced_marriage", "sexual_slavery"): 34, ("forced_marriage",): 22, ("sexual_slavery",): 14}
            | {
                ("forced_marriage", "sexual_slavery", "armed_support"): 10,
                ("slavery", "domestic_servitude"): 10,
            }
            | {("sexual_other",): 6, ("sexual_slavery", "ransom_captivity"): 4}
        ),
        means=Weighted({("abduction", "force"): 60, ("abduction",): 26, ("force",): 14}),
        recruiter=Weighted(ARMED),
        exploiter=Weighted({"armed_group": 70, "armed_force": 8, "stranger": 10, "unknown": 12}),
        links=LINKS_GROUP,
        ending=CAPTIVE,
        months=(3, 96),
        parties=PARTIES,
        sold=0.38,
        ransom=0.16,
    ),
    "armed_use": Pattern(
        female=0.14,
        child=0.88,
        youngest=11,
        forms=Weighted(
            {("armed_combat",): 30, ("armed_support",): 32, ("armed_combat", "armed_support"): 14}
            | {
                ("armed_role_unknown",): 16,
                ("armed_support", "sexual_other"): 5,
                ("armed_support", "forced_labour"): 3,
            }
        ),
        means=Weighted(
            {
                ("force",): 30,
                ("abduction", "force"): 26,
                ("deception",): 16,
                (): 14,
                ("payments_benefits",): 14,
            }
        ),
        recruiter=Weighted({"armed_group": 40, "armed_force": 10, "official": 4} | NEAR),
        exploiter=Weighted({"armed_group": 76, "armed_force": 14, "unknown": 10}),
        links=LINKS_GROUP,
        ending=Weighted({"escaped": 38, "released": 44, "left": 6, "unknown": 12}),
        months=(1, 48),
        parties=PARTIES,
    ),
    "captive_on_the_way": Pattern(
        female=0.34,
        child=0.28,
        youngest=12,
        forms=Weighted(
            {
                ("ransom_captivity", "forced_labour"): 34,
                ("ransom_captivity",): 30,
                ("ransom_captivity", "sexual_other"): 16,
            }
            | {("forced_labour",): 14, ("organ_removal",): 3, ("slavery", "forced_labour"): 3}
        ),
        means=Weighted(
            {("deception", "force"): 40, ("abduction", "force"): 30, ("force",): 20, ("fraud",): 10}
        ),
        recruiter=Weighted({"smuggler": 26, "broker": 14, "stranger": 8} | NEAR),
        exploiter=Weighted({"smuggler": 34, "armed_group": 26, "stranger": 12, "official": 4, "unknown": 24}),
        links=LINKS_ROUTE,
        ending=CAPTIVE,
        months=(1, 18),
        sold=0.3,
        ransom=0.62,
        foreign=True,
    ),
    "labour": Pattern(
        female=0.3,
        child=0.3,
        youngest=12,
        forms=Weighted(
            {
                ("forced_labour",): 76,
                ("servitude",): 10,
                ("forced_labour", "forced_criminality"): 4,
                ("slavery",): 10,
            }
        ),
        means=Weighted(
            {
                ("deception",): 40,
                ("abuse_power_vulnerability",): 34,
                ("fraud", "deception"): 16,
                ("force",): 10,
            }
        ),
        recruiter=Weighted({"employer": 18, "broker": 16, "other": 2} | NEAR),
        exploiter=Weighted({"employer": 74, "family": 6, "other": 6, "unknown": 14}),
        links=LINKS_ROUTE,
        ending=ENDING,
        months=(1, 40),
        sectors="AAAAAABBBCCCCFFFFFFGGHHIIINSEEDDJJMMNPPQQRR",
        ongoing=0.05,
    ),
    "home": Pattern(
        female=0.88,
        child=0.32,
        youngest=10,
        forms=Weighted(
            {("domestic_servitude",): 74, ("domestic_servitude", "sexual_other"): 18, ("servitude",): 8}
        ),
        means=Weighted(
            {
                ("deception",): 44,
                ("abuse_power_vulnerability",): 36,
                ("fraud",): 14,
                ("payments_benefits",): 6,
            }
        ),
        recruiter=Weighted({"broker": 26, "employer": 8} | NEAR),
        exploiter=Weighted({"employer": 70, "family": 18, "unknown": 12}),
        links=LINKS_INTO,
        ending=ENDING,
        months=(2, 60),
        sectors="T",
        ongoing=0.06,
    ),
    "into_conflict": Pattern(
        female=0.2,
        child=0.04,
        youngest=16,
        forms=Weighted({("forced_labour",): 86, ("armed_support", "forced_labour"): 8, ("armed_combat",): 6}),
        means=Weighted({("fraud", "deception"): 60, ("deception",): 40}),
        recruiter=Weighted({"broker": 44, "employer": 14, "acquaintance": 20, "family": 8, "official": 3}),
        exploiter=Weighted({"employer": 72, "armed_force": 10, "armed_group": 8, "unknown": 10}),
        links=LINKS_INTO,
        ending=ENDING,
        months=(2, 30),
        sectors="FFFFIIINNHOOBKKLLUU",
        foreign=True,
        ongoing=0.03,
    ),
    "sexual": Pattern(
        female=0.9,
        child=0.36,
        youngest=12,
        forms=Weighted(
            {
                ("prostitution",): 66,
                ("sexual_other",): 16,
                ("pornography",): 9,
                ("prostitution", "pornography"): 5,
                ("unknown",): 4,
            }
        ),
        means=Weighted(
            {
                ("deception",): 40,
                ("abuse_power_vulnerability",): 30,
                ("force",): 14,
                ("fraud", "force"): 10,
                ("payments_benefits",): 6,
            }
        ),
        recruiter=Weighted({"intimate_partner": 22, "broker": 8, "stranger": 5} | NEAR),
        exploiter=Weighted(
            {"intimate_partner": 20, "family": 12, "acquaintance": 24, "official": 4, "unknown": 40}
        ),
        links=LINKS_AFTER,
        ending=ENDING,
        months=(1, 36),
        ongoing=0.04,
    ),
    "child_work": Pattern(
        female=0.44,
        child=1.0,
        eldest_child=16,
        youngest=6,
        forms=Weighted(
            {
                ("begging",): 38,
                ("child_labour",): 36,
                ("begging", "forced_criminality"): 12,
                ("forced_criminality",): 14,
            }
        ),
        means=Weighted({(): 40, ("abuse_power_vulnerability",): 40, ("payments_benefits",): 20}),
        recruiter=Weighted({"employer": 6, "stranger": 3, "other": 2} | NEAR),
        exploiter=Weighted(
            {"family": 34, "acquaintance": 20, "neighbour": 10, "employer": 20, "unknown": 16}
        ),
        links=LINKS_AFTER,
        ending=ENDING,
        months=(2, 50),
        sectors="AAACCGGIS",
        ongoing=0.1,
    ),
    "married_off": Pattern(
        female=0.96,
        child=0.7,
        youngest=12,
        forms=Weighted(
            {
                ("forced_marriage",): 82,
                ("forced_marriage", "domestic_servitude"): 10,
                ("other",): 2,
            }
        ),
        means=Weighted({("payments_benefits",): 46, ("abuse_power_vulnerability",): 34, ("force",): 20}),
        recruiter=Weighted({"family": 60, "neighbour": 14, "acquaintance": 12, "broker": 14}),
        exploiter=Weighted({"intimate_partner": 64, "family": 20, "unknown": 16}),
        links=LINKS_AFTER,
        ending=ENDING,
        months=(4, 72),
        sold=0.12,
        ongoing=0.14,
    ),
    "adopted": Pattern(
        female=0.5,
        child=1.0,
        youngest=0,
        eldest_child=3,
        forms=Weighted({("illegal_adoption",): 1}),
        means=Weighted({("payments_benefits",): 60, ("fraud",): 25, ("abuse_power_vulnerability",): 15}),
        recruiter=Weighted({"family": 30, "broker": 40, "acquaintance": 15, "unknown": 15}),
        exploiter=Weighted({"broker": 30, "stranger": 40, "unknown": 30}),
        links=LINKS_AFTER,
        ending=Weighted({"released": 60, "unknown": 40}),
        months=(1, 20),
        sold=0.75,
    ),
    "surrogate": Pattern(
        female=1.0,
        child=0.0,
        youngest=18,
        oldest=38,
        forms=Weighted({("surrogacy",): 1}),
        means=Weighted({("deception",): 50, ("abuse_power_vulnerability",): 50}),
        recruiter=Weighted({"broker": 60, "acquaintance": 25, "unknown": 15}),
        exploiter=Weighted({"broker": 50, "stranger": 20, "unknown": 30}),
        links=LINKS_AFTER,
        ending=ENDING,
        months=(9, 14),
    ),
}

MIX = {
    "IRQ": Weighted(
        {
            "abducted": 30,
            "armed_use": 10,
            "labour": 18,
            "home": 12,
            "into_conflict": 8,
            "sexual": 7,
            "child_work": 8,
            "married_off": 7,
            "adopted": 0.6,
            "surrogate": 0.4,
        }
    ),
    "LBY": Weighted(
        {
            "captive_on_the_way": 44,
            "labour": 20,
            "home": 6,
            "into_conflict": 6,
            "sexual": 20,
            "child_work": 2,
            "abducted": 2,
        }
    ),
    "NGA": Weighted(
        {"abducted": 34, "armed_use": 24, "child_work": 12, "sexual": 12, "labour": 6, "married_off": 12}
        | {"adopted": 1.2, "surrogate": 0.6}
    ),
    "SDN": Weighted(
        {
            "abducted": 18,
            "armed_use": 20,
            "captive_on_the_way": 22,
            "labour": 18,
            "home": 8,
            "sexual": 8,
            "married_off": 6,
        }
    ),
    "SOM": Weighted(
        {
            "armed_use": 36,
            "abducted": 14,
            "married_off": 14,
            "child_work": 12,
            "home": 8,
            "labour": 10,
            "sexual": 6,
        }
    ),
}
