"""What do we tell UNODC and the Council? Records in, Global Report tables out; every cell can be traced.

Source: S/2016/949, paragraphs 20, 63 (g)(h) and 64; UNODC data portal layout. Never adds what UN entities
documented to what States detected, never shows an identity, and marks every table internal.
"""

from palermo.report.building import Loaded, loaded, tables, tables_of
from palermo.report.comparing import Change, Comparison, Coverage, compared, side_by_side
from palermo.report.definitions import BY_ID, TABLES, Definition, Measure
from palermo.report.document import Document, Facts, Figure, Grid, Heading, Paragraph
from palermo.report.keys import CellKey, cell_key, parse_key
from palermo.report.portal import (
    PortalRow,
    portal_mark,
    portal_row,
    portal_rows,
    returned_rows,
    write_portal_csv,
    write_portal_xlsx,
)
from palermo.report.shapes import INTERNAL, INVENTED, Cell, Row, Table, Trace, marks
from palermo.report.table_documents import table_document, tables_document, write_docx, write_pdf
from palermo.report.terminal import LARGEST, render_terminal
from palermo.report.tracing import trace, trace_of
from palermo.report.writing import write_csv, write_xlsx

__all__ = [
    "BY_ID",
    "INTERNAL",
    "INVENTED",
    "LARGEST",
    "TABLES",
    "Cell",
    "CellKey",
    "Change",
    "Comparison",
    "Coverage",
    "Definition",
    "Document",
    "Facts",
    "Figure",
    "Grid",
    "Heading",
    "Loaded",
    "Measure",
    "Paragraph",
    "PortalRow",
    "Row",
    "Table",
    "Trace",
    "cell_key",
    "compared",
    "loaded",
    "marks",
    "parse_key",
    "portal_mark",
    "portal_row",
    "portal_rows",
    "render_terminal",
    "returned_rows",
    "side_by_side",
    "table_document",
    "tables",
    "tables_document",
    "tables_of",
    "trace",
    "trace_of",
    "write_csv",
    "write_docx",
    "write_pdf",
    "write_portal_csv",
    "write_portal_xlsx",
    "write_xlsx",
]
