"""Which tables are there? A module per theme. Only `palermo.store` imports them."""

from palermo.store.models.accounts import Membership, Organisation, User
from palermo.store.models.audit import AuditEntry, AuditHead
from palermo.store.models.labels import LabelDecision
from palermo.store.models.records import CaseRow, PersonRow, RecordRow, ReturnRow, SupersededRow
from palermo.store.models.submissions import BadRowRow, ImportJob, ProblemRow, Submission

__all__ = [
    "AuditEntry",
    "AuditHead",
    "BadRowRow",
    "CaseRow",
    "ImportJob",
    "LabelDecision",
    "Membership",
    "Organisation",
    "PersonRow",
    "ProblemRow",
    "RecordRow",
    "ReturnRow",
    "Submission",
    "SupersededRow",
    "User",
]
