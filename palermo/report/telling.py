"""What does a table say in another language? The same figures, keys and order; only words are said anew.

A table is counted once, in English, and told to whoever reads it, so that no table that is kept in memory
mixes languages. Ids, cell keys, `unit` and `rule_id` have no language.
"""

from collections.abc import Mapping
from dataclasses import replace

from palermo.codes.languages import ENGLISH, Language, Phrase
from palermo.report import layout
from palermo.report.definitions import BY_ID, Definition
from palermo.report.shapes import Row, Table


def told(table: Table, *, language: Language = ENGLISH) -> Table:
    """The table in the language; rows stay in the order in which they were counted."""
    definition = BY_ID[table.id]
    unit = "person" if table.unit == "persons" else "case"
    return replace(
        table,
        title=language.said(table.title),
        header=layout.header(definition, unit=unit, language=language),
        rows=table.rows
        if language is ENGLISH
        else tuple(_row(definition, row, language) for row in table.rows),
        rule=language.said(table.rule),
        notes=tuple(map(language.said, table.notes)),
        source=_source(table.source, language),
    )


def _source(text: str, language: Language) -> str:
    """Short names of organisations stay as they are."""
    if isinstance(text, Phrase) or not text:
        return language.said(text)
    names = text.split(", ")
    return language.listed(language.said(one) if one == layout.NOT_NAMED else one for one in names)


def _row(definition: Definition, row: Row, language: Language) -> Row:
    labels = layout.labels(definition, row.codes, _organisations(definition, row), language=language)
    return replace(row, labels=labels)


def _organisations(definition: Definition, row: Row) -> Mapping[str, str]:
    """The short names that the row shows already: they belong to no code list."""
    shown = zip(layout.stubs(definition), row.labels, strict=False)
    at = [name for group in definition.rows for name in group]
    return {
        str(row.codes[at.index(name)]): label
        for name, label in shown
        if name == "organisation" and label != layout.NOT_NAMED
    }
