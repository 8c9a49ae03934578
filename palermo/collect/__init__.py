"""What did the field send us? Files in: bytes become records and problems, all of them.

Source: S/2016/949, paragraphs 54 and 63 (g)(h). Never a clock, a network or a database; never a found value
in an exception.
"""

from palermo.collect.arriving import record_id
from palermo.collect.catalogue import CATALOGUE
from palermo.collect.changes import NO_CHANGES, Changes
from palermo.collect.fields import Field, choices_of, field_of, fields_of, likely_field
from palermo.collect.mending import bad_rows_csv
from palermo.collect.reading import (
    Heading,
    Reading,
    Stream,
    header_of,
    read,
    recognise,
    stream,
    what_is_left,
)
from palermo.collect.recognising import LAYOUTS

__all__ = [
    "CATALOGUE",
    "LAYOUTS",
    "NO_CHANGES",
    "Changes",
    "Field",
    "Heading",
    "Reading",
    "Stream",
    "bad_rows_csv",
    "choices_of",
    "field_of",
    "fields_of",
    "header_of",
    "likely_field",
    "read",
    "recognise",
    "record_id",
    "stream",
    "what_is_left",
]
