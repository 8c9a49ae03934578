"""Does every form of exploitation map to every system, or say why not, and does every value map back?"""

import pytest

from palermo.codes import code_list, crosswalk, crosswalk_back, crosswalk_rows
from palermo.codes.crosswalks import SYSTEMS

TARGETS = {
    "portal": tuple(code_list("portal_forms")),
    "global_report": tuple(code_list("global_report_forms")),
    "sdg": tuple(code_list("sdg_series")),
    "htcds": (*code_list("htcds_vic_TypeOfExploitation"), *code_list("htcds_vic_TypeOfSexExploitation")),
    "ctdc": (*code_list("ctdc_27"), *code_list("ctdc_37"), *code_list("ctdc_62"), "isSlaveryAndPractices"),
}
# Values that are no form of exploitation of their own.
NOT_READ = {
    "global_report": {"mixed"},
    "ctdc": {"isAbduction", "typeOfExploitConcatenated", "typeOfLabourConcatenated", "typeOfSexConcatenated"},
}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_form_maps_or_is_deliberately_unmapped(system: str) -> None:
    reasons = {row.form: row.note for row in crosswalk_rows() if row.system == system and not row.target}
    for form in code_list("exploitation_forms"):
        assert crosswalk(system)[form] or reasons[form], form
    assert set(crosswalk(system)) == set(code_list("exploitation_forms"))


def test_only_the_unknown_form_is_unmapped() -> None:
    assert {row.form for row in crosswalk_rows() if not row.target} == {"unknown"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_target_exists_in_the_other_system(system: str) -> None:
    targets = {row.target for row in crosswalk_rows() if row.system == system and row.target}
    assert targets <= set(TARGETS[system])


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_exploitation_value_maps_back(system: str) -> None:
    values = set(TARGETS[system])
    if system == "sdg":
        values = {"VC_HTF_DETVFL", "VC_HTF_DETVSX", "VC_HTF_DETVOG", "VC_HTF_DETVOP"}
    if system == "ctdc":
        values = {value for value in values if value.startswith(("is", "typeOf"))}
    assert values - NOT_READ.get(system, set()) == set(crosswalk_back(system))


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_read_back_is_written_the_same(system: str) -> None:
    """A value read and written again comes out, unless it was read into a wider form."""
    for row in crosswalk_rows():
        if row.system == system and row.direction == "both":
            assert row.target in crosswalk(system)[row.form]


def test_reading_claims_no_more_than_the_value_says() -> None:
    assert crosswalk_back("htcds")["ForcedMilitaryByNonStateActors"] == ("armed_role_unknown",)
    assert crosswalk_back("portal") == {
        "sexual": ("sexual_other",),
        "labour": ("forced_labour",),
        "other": ("other",),
    }
    assert "isAbduction" not in crosswalk_back("ctdc")


def test_rows_are_whole() -> None:
    keys = [(row.form, row.system, row.target) for row in crosswalk_rows()]
    assert len(keys) == len(set(keys))
    for row in crosswalk_rows():
        assert row.form in code_list("exploitation_forms")
        assert row.system in SYSTEMS
        assert row.source
        assert row.direction in (("in", "out", "both") if row.target else ("",))
