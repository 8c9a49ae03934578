"""Is every code list whole, and does every code that points elsewhere point at something?"""

import csv
import re
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from palermo.codes import UnknownCode, code_list, list_names, policy
from palermo.codes.checks import COLUMNS, list_faults
from palermo.codes.listing import FOLDER, LANGUAGES

SNAKE = re.compile(r"[a-z][a-z0-9_]*")
LETTERS = {
    "ar": re.compile(r"[\u0620-\u064a]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
}
# Names of companies, the same in every language.
BRANDS = {"4Sale", "Facebook", "Facebook Messenger", "Instagram", "Line", "QQ", "QZone", "SnapChat"}
BRANDS |= {"Telegram", "TikTok", "Twitter", "Viber", "WeChat", "WhatsApp"}
# One English word, two meanings: a means of Article 3 and a grave violation; an ISIC section and a service.
OTHER_MEANING = {
    ("means", "Abduction"),
    ("sectors", "Education"),
    ("htcds_vic_ForcedLabourIndustry", "Education"),
}
# Codes that others made, kept as they are written there.
EXTERNAL = ("areas", "sectors", "scripts", "sdg_series", "htcds_", "ctdc_")


def test_all_lists_are_found() -> None:
    assert len(list_names()) > 60


@pytest.mark.parametrize("name", list_names())
def test_a_list_is_whole(name: str) -> None:
    assert list(list_faults((FOLDER / f"{name}.csv").read_bytes())) == []


@pytest.mark.parametrize("name", list_names())
def test_codes_are_in_snake_case_unless_others_made_them(name: str) -> None:
    if not name.startswith(EXTERNAL):
        assert [code for code in code_list(name) if not SNAKE.fullmatch(code)] == []


@pytest.mark.parametrize("name", [name for name in list_names() if name.startswith(("htcds_", "ctdc_"))])
def test_what_a_code_maps_to_exists(name: str) -> None:
    for code in code_list(name).values():
        for target in code.more.get("maps_to", "").split():
            listed, _, ours = target.partition(":")
            if listed in list_names() and name not in ("ctdc_27", "ctdc_37", "ctdc_62"):
                assert ours in code_list(listed), (code.code, target)
        assert code.more.get("maps_to") or code.definition or name not in ("ctdc_27", "ctdc_37", "ctdc_62")


@pytest.mark.parametrize("name", ["ctdc_27", "ctdc_37", "ctdc_62"])
def test_a_layout_has_its_columns_in_order_and_maps_to_codes_that_exist(name: str) -> None:
    columns = code_list(name)
    assert [int(code.more["position"]) for code in columns.values()] == list(range(1, int(name[5:]) + 1))
    for code in columns.values():
        if not code.more["maps_to"].startswith("field:"):
            for target in code.more["maps_to"].split():
                listed, _, ours = target.partition(":")
                assert ours in code_list(listed), (code.code, target)


def test_the_layouts_and_picklists_are_those_of_the_source(shared: Path) -> None:
    with (shared / "codelists" / "ctdc_columns.csv").open(encoding="utf-8") as lines:
        columns = [row["column"] for row in csv.DictReader(lines)]
    assert columns == [code for name in ("ctdc_62", "ctdc_37", "ctdc_27") for code in code_list(name)]
    with (shared / "htcds" / "htcds_picklists.csv").open(encoding="utf-8") as lines:
        picks = [(row["field"], row["code"]) for row in csv.DictReader(lines)]
    assert len(picks) == 182
    assert len({field for field, _ in picks}) == 21
    assert all(code in code_list(f"htcds_{field}") for field, code in picks)
    assert len(code_list("htcds_fields")) == 84


def test_every_picklist_of_a_field_exists() -> None:
    lists = [code.more["picklist"] for code in code_list("htcds_fields").values() if code.more["picklist"]]
    assert len(lists) == 21
    assert set(lists) <= set(list_names())


def test_htcds_is_attributed_as_its_licence_asks() -> None:
    for name in list_names():
        if name.startswith("htcds_"):
            assert all("IOM" in c.source and "CC BY 4.0" in c.source for c in code_list(name).values()), name


def test_age_bands_follow_each_other() -> None:
    bands = list(code_list("ctdc_age_bands").values())
    for lower, higher in pairwise(bands):
        assert int(lower.more["highest"]) + 1 == int(higher.more["lowest"])
    assert bands[-1].more["highest"] == ""


@pytest.mark.parametrize("line", (Path(__file__).parent / "un_names.txt").read_text("utf-8").splitlines())
def test_a_state_is_named_as_the_united_nations_name_it(line: str) -> None:
    code, *labels = line.split(" | ")
    assert list(code_list("areas")[code].labels.values()) == labels


def test_kosovo_has_no_code_in_m49() -> None:
    assert [area for area, code in code_list("areas").items() if not code.more["m49"]] == ["XKX"]


def test_areas_with_a_policy_say_it() -> None:
    for area in ("XKX", "TWN", "PSE", "ESH", "SSD"):
        assert len(code_list("areas")[area].definition) > 100
    assert not any("*" in label for code in code_list("areas").values() for label in code.labels.values())


@pytest.mark.parametrize("name", list_names())
def test_every_code_has_a_label_in_six_languages(name: str) -> None:
    for code in code_list(name).values():
        assert tuple(code.labels) == LANGUAGES
        for language, label in code.labels.items():
            assert label, (code.code, language)
            assert label == re.sub("  +", " ", label).strip(), (code.code, language)
            assert code.label() not in BRANDS or label == code.label(), (code.code, language)


@pytest.mark.parametrize("language", LETTERS)
def test_a_label_is_written_in_the_letters_of_its_language(language: str) -> None:
    for name in list_names():
        for code in code_list(name).values():
            written = LETTERS[language].search(code.label(language))
            assert bool(written) is (code.label() not in BRANDS), (name, code.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_never_shows_two_codes_in_force_under_one_label(language: str) -> None:
    for name in list_names():
        held = [code.label(language) for code in code_list(name).values() if not code.until]
        assert len(set(held)) == len(held), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_english_label_has_one_translation(language: str) -> None:
    found = defaultdict(set)
    for name in list_names():
        for code in code_list(name).values():
            if (name, code.label()) not in OTHER_MEANING:
                found[code.label()].add(code.label(language))
    assert {label for label, translations in found.items() if len(translations) > 1} == set()


def test_an_industry_of_htcds_is_named_as_its_isic_section() -> None:
    sections = {code.label(): code.labels for code in code_list("sectors").values()}
    for code in code_list("htcds_vic_ForcedLabourIndustry").values():
        assert code.labels == sections[code.label()], code.code


def test_a_list_outside_the_folder_is_never_read() -> None:
    for name in ("../crosswalk", "../../../secret", "no_such_list", ""):
        with pytest.raises(UnknownCode, match="CODES-002"):
            code_list(name)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe", "expected CSV in UTF-8"),
        (b"code\n", "the header"),
        (",".join(COLUMNS).encode() + b"\n", "at least one code"),
        (",".join(COLUMNS).encode() + b"\na,A,,,,,,,S\n", "row 2: expected as many cells"),
        (",".join(COLUMNS).encode() + b"\na,,,,,,,,S,,\n", "row 2: expected a label_en"),
        (",".join(COLUMNS).encode() + b"\na,A,,,,,,,S,2020-13-01,\n", "row 2: expected since and until"),
        (
            ",".join(COLUMNS).encode() + b"\na,A,,,,,,,S,2020-01-01,2019-01-01\n",
            "row 2: expected since and until",
        ),
        (
            ",".join(COLUMNS).encode() + b"\na,A,,,,,,,S,,\na,B,,,,,,,S,,\n",
            "row 3: expected a code that no other",
        ),
        (
            ",".join(COLUMNS).encode() + b"\na,A,,,,,,,S,,\nb,A,,,,,,,S,,\n",
            "row 3: expected an English label",
        ),
    ],
)
def test_a_fault_of_a_list_is_named_by_its_place(content: bytes, fault: str) -> None:
    assert any(fault in found for found in list_faults(content))


def test_flow_line_is_dated() -> None:
    assert policy("flow_line", on=date(2026, 1, 1)).source
