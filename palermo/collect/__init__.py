"""What did the field send us? Files in: bytes become records and problems, all of them.

Source: S/2016/949, paragraphs 54 and 63 (g)(h). Never a clock, a network or a database; never a found value
in an exception.
"""

from palermo.collect.arriving import record_id
from palermo.collect.catalogue import CATALOGUE
from palermo.collect.mending import bad_rows_csv
from palermo.collect.reading import Reading, Stream, read, recognise, stream
from palermo.collect.recognising import LAYOUTS

__all__ = [
    "CATALOGUE",
    "LAYOUTS",
    "Reading",
    "Stream",
    "bad_rows_csv",
    "read",
    "recognise",
    "record_id",
    "stream",
]
