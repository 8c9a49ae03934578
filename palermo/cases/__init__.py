"""Which records does every step speak? Frozen, coded, with their invariants. Imports codes only."""

from palermo.cases.case import (
    NATIONAL,
    Actor,
    Ages,
    Case,
    ConflictLink,
    Detection,
    Episode,
    Leg,
    PartyInvolved,
    Repatriation,
    Reporter,
    Status,
)
from palermo.cases.counting import COUNTING_RULE, Counted, counted
from palermo.cases.lines import AnyRecord, decode, encode, encode_all
from palermo.cases.others import (
    AggregateReturn,
    Effort,
    Incident,
    Organisation,
    Party,
    PatternReturn,
    Referral,
    StateReturn,
)
from palermo.cases.person import Contact, Document, Name, Person
from palermo.cases.problems import BadRow, Problem
from palermo.cases.protected import readable
from palermo.cases.record import Broken, BrokenRecord, Record, collecting
from palermo.cases.values import Age, Months, Place, Source, When

__all__ = [
    "COUNTING_RULE",
    "NATIONAL",
    "Actor",
    "Age",
    "Ages",
    "AggregateReturn",
    "AnyRecord",
    "BadRow",
    "Broken",
    "BrokenRecord",
    "Case",
    "ConflictLink",
    "Contact",
    "Counted",
    "Detection",
    "Document",
    "Effort",
    "Episode",
    "Incident",
    "Leg",
    "Months",
    "Name",
    "Organisation",
    "Party",
    "PartyInvolved",
    "PatternReturn",
    "Person",
    "Place",
    "Problem",
    "Record",
    "Referral",
    "Repatriation",
    "Reporter",
    "Source",
    "StateReturn",
    "Status",
    "When",
    "collecting",
    "counted",
    "decode",
    "encode",
    "encode_all",
    "readable",
]
