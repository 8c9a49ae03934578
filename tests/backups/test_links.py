"""Does any link of a backup lead into a table that it leaves out? Then no restore would take it."""

from collections.abc import Collection

from palermo.store import backup_reading


def leading_nowhere(cut: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Links out of what a backup holds that are not, or cannot be, NULL in it."""
    held = backup_reading.models()
    return [
        (model._meta.db_table, field.column)
        for model in held
        for field in model._meta.local_concrete_fields
        if field.is_relation and field.related_model not in held
        if not (field.null and (model._meta.db_table, field.column) in cut)
    ]


def test_each_link_leads_to_a_row_of_the_backup_or_is_null() -> None:
    """A new link into a table that is left out has to be nullable; then the backup writes NULL."""
    assert leading_nowhere(backup_reading.links_cut()) == []
    assert ("store_export", "job_id") in leading_nowhere(()), "the control: the walk finds such a link"


def test_no_link_is_cut_that_leads_somewhere() -> None:
    held = {model._meta.db_table: model for model in backup_reading.models()}
    for table, column in backup_reading.links_cut():
        (field,) = (one for one in held[table]._meta.local_concrete_fields if one.column == column)
        assert field.related_model not in held.values()
