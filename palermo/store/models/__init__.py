"""Which tables are there? A module per theme. Only `palermo.store` imports them."""

from palermo.store.models.accounts import Membership, Organisation, RoleGiven, User
from palermo.store.models.audit import AuditEntry, AuditHead, AuditSubject
from palermo.store.models.labels import LabelDecision
from palermo.store.models.records import (
    CaseRow,
    NameToken,
    PersonRow,
    RecordRow,
    ReturnRow,
    SupersededRow,
)
from palermo.store.models.saved_filters import SavedFilter
from palermo.store.models.sealed import (
    AttachedFile,
    BreakGlass,
    ConductRow,
    Export,
    FilePiece,
    KeyHold,
    MemberKey,
    Vault,
    VaultKey,
)
from palermo.store.models.shared import Shared
from palermo.store.models.submissions import (
    BadRowRow,
    ColumnMemory,
    Holding,
    Intake,
    Job,
    ProblemRow,
    Submission,
)

__all__ = [
    "AttachedFile",
    "AuditEntry",
    "AuditHead",
    "AuditSubject",
    "BadRowRow",
    "BreakGlass",
    "CaseRow",
    "ColumnMemory",
    "ConductRow",
    "Export",
    "FilePiece",
    "Holding",
    "Intake",
    "Job",
    "KeyHold",
    "LabelDecision",
    "MemberKey",
    "Membership",
    "NameToken",
    "Organisation",
    "PersonRow",
    "ProblemRow",
    "RecordRow",
    "ReturnRow",
    "RoleGiven",
    "SavedFilter",
    "Shared",
    "Submission",
    "SupersededRow",
    "User",
    "Vault",
    "VaultKey",
]
