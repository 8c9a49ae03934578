"""Who is the person? Identity only, stored apart and sealed; local to one organisation.

Never here: ethnicity, religion, biometrics, sexual detail.
"""

from datetime import datetime

from palermo.cases.record import AREA_OR_SPECIAL, Record
from palermo.cases.values import When


class Name(Record, frozen=True, kw_only=True):
    """One name as it was written, in its script."""

    CODED = {"script": "scripts", "kind": "name_kinds"}

    text: str
    script: str = "Latn"
    kind: str = "full"


class Contact(Record, frozen=True, kw_only=True):
    CODED = {"kind": "contact_kinds"}

    value: str
    kind: str = "phone"
    safe: str = "unknown"


class Document(Record, frozen=True, kw_only=True):
    CODED = {"area": AREA_OR_SPECIAL}

    number: str
    type: str = ""
    area: str = "unknown"


class Person(Record, frozen=True, kw_only=True, tag_field="record", tag="person"):
    """A person as one organisation knows her; cases refer to `id`."""

    id: str
    organisation: str
    invented: bool = False
    arrived: datetime | None = None
    names: tuple[Name, ...] = ()
    birth: When | None = None
    contacts: tuple[Contact, ...] = ()
    documents: tuple[Document, ...] = ()
    notes: str = ""
