"""Does a real-world label become the right area, with the reason, and never by a guess?

`portal_labels.csv` holds every distinct citizenship and repatriation label of the UNODC portal file of
14 April 2025 with the code that a person reviewed; an empty code means "left to a person".
"""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.codes import area_of_code, code_list, label_key, resolve
from palermo.codes.folding import BROKEN, fold
from palermo.codes.names import aliases, names
from palermo.codes.resolver import _remembered

DIMENSIONS = ("by citizenship", "by country of repatriation")


def _reviewed() -> Mapping[str, str]:
    with (Path(__file__).parent / "portal_labels.csv").open(encoding="utf-8", newline="") as lines:
        return {row["label"]: row["code"] for row in csv.DictReader(lines)}


REVIEWED = _reviewed()
KNOWN = sorted({label for label in REVIEWED if label} | {alias for alias, _ in aliases()})


@pytest.fixture(scope="module")
def portal(portal_rows: list[Any]) -> Counter[str]:
    """Rows of the real portal file by label."""
    return Counter(str(row.category or "") for row in portal_rows if row.dimension in DIMENSIONS)


@pytest.mark.parametrize(("label", "code"), REVIEWED.items())
def test_a_label_of_the_portal_becomes_what_a_person_reviewed(label: str, code: str) -> None:
    found = resolve(label)
    assert (found.code or "") == code
    assert found.reason.startswith("unresolved") == (not code)


def test_at_least_97_percent_of_the_real_rows_resolve(portal: Counter[str]) -> None:
    assert (len(portal), portal.total()) == (747, 12011)
    resolved = sum(rows for label, rows in portal.items() if resolve(label).code)
    assert resolved == 12005
    assert resolved / portal.total() > 0.97


def test_every_label_of_the_real_file_was_reviewed(portal: Counter[str]) -> None:
    assert set(portal) == set(REVIEWED)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Congo", "COG"),
        ("Congolese", None),
        ("Congolese (DRC)", "COD"),
        ("République démocratique du Congo", "COD"),
        ("Guinea", "GIN"),
        ("GUINEA ECUATORIAL", "GNQ"),
        ("Guinea-Bissau", "GNB"),
        ("Guiné", None),
        ("guineana", None),
        ("ecuatoguineana", "GNQ"),
        ("Papua New Guinea", "PNG"),
        ("Dominica", "DMA"),
        ("Dominican", None),
        ("dominicana", "DOM"),
        ("Niger", "NER"),
        ("Nigerien", "NER"),
        ("nigérian", "NGA"),
        ("nigérien", "NER"),
        ("Korea", None),
        ("South Korea", "KOR"),
        ("Samoa", "WSM"),
        ("American Samoa", "ASM"),
        ("American", "USA"),
        ("America", None),
        ("Saint Martin", None),
        ("Micronesia", None),
        ("Turkmen", None),
        ("Turkmenistan", "TKM"),
        ("Serb", None),
        ("Serbian", "SRB"),
        ("Kurdish", None),
        ("Georgia", "GEO"),
        ("Sudanese", "SDN"),
        ("South Sudanese", "SSD"),
        ("Island", None),
        ("without", None),
        ("Rohingya", "undetermined"),
        ("Jordan Smith (invented)", None),
    ],
)
def test_lookalikes_are_kept_apart(label: str, code: str | None) -> None:
    assert resolve(label).code == code


@pytest.mark.parametrize(
    ("label", "area"),
    [
        ("سوري", "SYR"),
        ("السورية", "SYR"),
        ("عراقيه", "IRQ"),
        ("اليمن", "YEM"),
        ("صومالية", "SOM"),
        ("إريتري", "ERI"),
        ("اثيوبية", "ETH"),
        ("نيجيرية", "NGA"),
        ("جنوب السودان", "SSD"),
        ("Южный Судан", "SSD"),
        ("украинка", "UKR"),
        ("刚果(金)", "COD"),
        ("叙利亚", "SYR"),
        ("siriana", "SYR"),
        ("jemenitisch", "YEM"),
        ("soudanaises", "SDN"),
        ("l'Algérie", "DZA"),
        ("The Gambia", "GMB"),
        ("Gambia (the)", "GMB"),
        ("(Oman)", "OMN"),
        ("TÃ¼rkiye", "TUR"),
        ("CÃ´te d'Ivoire", "CIV"),
        (f"Hondure{BROKEN}as", "HND"),
        ("12 syriens", "SYR"),
    ],
)
def test_names_and_adjectives_of_many_languages(label: str, area: str) -> None:
    assert resolve(label).area == area


@pytest.mark.parametrize("area", code_list("areas"))
def test_every_un_name_and_code_of_an_area_resolves_to_it(area: str) -> None:
    code = code_list("areas")[area]
    for label in filter(None, code.labels.values()):
        assert resolve(label).area == area, label
    assert area_of_code(area) == area_of_code(code.more["alpha2"]) == area


def test_codes_count_in_upper_case_only_and_never_where_they_are_words() -> None:
    assert [resolve(label).area for label in ("DE", "DEU", "U.S.A.", "DRC")] == ["DEU", "DEU", "USA", "COD"]
    assert [resolve(label).code for label in ("de", "deu", "drc", "No", "NO", "NA", "SI")] == [None] * 7


def test_nationals_carry_the_reporting_state() -> None:
    assert resolve("Nationals", reporting="SRB").area == "SRB"
    assert resolve(f"Ciudadanos de su pa{BROKEN}s", reporting="CRI").special == "nationals"
    assert resolve("Nationals").area is None
    assert resolve("Nationals", reporting="???").area is None
    assert resolve("Abroad", reporting="SRB").area is None


def test_a_persons_decision_wins_and_says_so() -> None:
    assert resolve("Congolese", decisions={"Congolese": "COD"}).area == "COD"
    assert resolve(" CONGOLESE ", decisions={label_key("Congolese"): "COD"}).area == "COD"
    settled = resolve("Rohingya", decisions={"Rohingya": "stateless"})
    assert (settled.special, settled.reason) == ("stateless", "settled by a person")


def test_a_decision_for_no_code_is_refused_without_its_text() -> None:
    with pytest.raises(ProblemWithInput, match="CODES-005") as refused:
        resolve("Congolese", decisions={"Congolese": "Fatima (invented)"})
    assert "Fatima" not in str(refused.value)


def test_only_labels_of_areas_are_remembered() -> None:
    """A control that is kept, beside a name and a number that may belong to a person."""
    _remembered.cache_clear()
    for label in ("Mali", "Amina (invented)", "+000 000 000"):
        resolve(label)
    assert _remembered.cache_info().currsize == 1


def test_a_near_name_is_suggested_and_never_taken() -> None:
    assert resolve("Albaniaa").code is None
    assert resolve("Albaniaa").reason.endswith('Did you mean "Albania" (ALB)?')
    assert "Did you mean" not in resolve("Nigera").reason  # Niger or Nigeria
    assert "Did you mean" not in resolve("Xyzzy").reason


def test_a_lost_letter_is_mended_only_where_one_name_fits() -> None:
    lost = {"Ir{}n": "IRN", "M{}xico": "MEX", "C{}te d{}Ivoire": "CIV", "T{}nez": "TUN", "maliens": "MLI"}
    assert {label: resolve(label.replace("{}", BROKEN)).area for label in lost} == lost
    for label in ("{}{}{}{}", "{}ali", "Ni{}er", "S{}rbia", "M{}{}ico", "{}", "Guin{}an{}"):
        assert resolve(label.replace("{}", BROKEN)).code is None, label


@given(st.text())
def test_no_text_raises_and_unresolved_never_has_a_code(label: str) -> None:
    found = resolve(label)
    assert found.reason
    assert found.reason.startswith("unresolved") == (found.code is None)
    assert not (found.area and found.special)


@given(st.text(min_size=4).filter(lambda text: fold(text) not in names().folded))
def test_a_reason_never_repeats_an_unknown_label(label: str) -> None:
    found = resolve(label + " Amina")
    assert "Amina" not in found.reason


@given(st.sampled_from(KNOWN), st.sampled_from(["", " ", "\t", "  \n"]))
def test_outer_spaces_change_nothing(label: str, space: str) -> None:
    assert resolve(space + label + space) == resolve(label)


@given(st.sampled_from(KNOWN))
def test_case_never_changes_one_code_into_another(label: str) -> None:
    codes = {resolve(way).code for way in (label, label.upper(), label.lower(), label.title())}
    assert len(codes - {None}) <= 1


@given(st.sampled_from([label for label in KNOWN if label_key(label) in names().folded]))
def test_case_changes_nothing_but_for_codes_and_abbreviations(label: str) -> None:
    assert resolve(label.swapcase()).code == resolve(label).code


@given(st.text(st.characters(blacklist_categories=["Cs"])))
def test_folding_twice_is_folding_once(label: str) -> None:
    assert fold(fold(label)) == fold(label)


def test_the_alias_table_is_reviewed_row_by_row() -> None:
    with (Path(names.__wrapped__.__code__.co_filename).parent / "aliases.csv").open(
        encoding="utf-8"
    ) as lines:
        rows = list(csv.DictReader(lines))
    keys = Counter(row["alias"] if "abbreviation" in row["who"] else fold(row["alias"]) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []
    for row in rows:
        assert row["who"], row
        assert row["source"], row
        assert not (row["area"] and row["special"]), row
        assert row["area"] == "" or row["area"] in code_list("areas"), row
        assert row["special"] == "" or row["special"] in code_list("special_areas"), row


def test_an_alias_never_takes_the_un_name_of_another_area() -> None:
    un_names = {
        fold(label): area for area, code in code_list("areas").items() for label in code.labels.values()
    }
    taken = [alias for alias, m in aliases() if un_names.get(fold(alias), m.area) != m.area]
    assert taken == []


def test_no_two_areas_share_a_un_name() -> None:
    shared: dict[str, set[str]] = {}
    for area, code in code_list("areas").items():
        for label in filter(None, code.labels.values()):
            shared.setdefault(fold(label), set()).add(area)
    assert [label for label, areas in shared.items() if len(areas) > 1] == []
