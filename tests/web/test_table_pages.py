"""Tables: each number leads to its rule and its cases, a choice travels along, downloads are marked."""

import io
import re

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from palermo.report import BY_ID, TABLES


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def cells(text: str) -> list[tuple[str, int]]:
    """Address of the trace and figure of each linked number of a table."""
    found = re.findall(r'<td class="number"><a href="([^"]+)"><bdi dir="ltr">([\d\xa0]+)</bdi>', text)
    return [(address.replace("&amp;", "&"), int(figure.replace("\xa0", ""))) for address, figure in found]


@pytest.mark.parametrize("table", ["sex_age_documented", "form", "flow_documented", "conflict_documented"])
def test_every_number_of_a_table_is_the_number_of_its_trace(house, table):
    client = house.client("analyst-mission")
    linked = cells(text_of(client, f"/tables/{table}"))
    assert linked
    for address, figure in (*linked[:4], linked[-1]):
        text = text_of(client, address)
        assert int(re.search(r'class="figure"><bdi dir="ltr">([\d\xa0]+)', text).group(1)) == figure
        assert len(re.findall(r'href="/cases/[0-9a-f]{32}"', text)) == figure
        assert "palermo-2026.1/" in text


def test_a_traced_case_opens(house):
    client = house.client("analyst-mission")
    address, _ = cells(text_of(client, "/tables/form_documented"))[0]
    case = re.search(r"/cases/[0-9a-f]{32}", text_of(client, address)).group(0)
    assert "Status history" in text_of(client, case)


def test_every_table_opens_and_is_marked_internal(house):
    client = house.client("analyst-mission")
    index = text_of(client, "/tables")
    for table in TABLES:
        assert f'href="/tables/{table.id}"' in index
        if table.indicator in ("detected_victims", "presumed"):
            continue  # the same tables as those of "documented"
        text = text_of(client, f"/tables/{table.id}")
        assert "Internal, not for publication" in text
        assert BY_ID[table.id].title in text.replace("&#x27;", "'")


def test_a_choice_travels_from_the_index_to_table_and_download(house):
    client = house.client("analyst-mission")
    assert "/tables/form?year=2024&amp;unit=person" in text_of(client, "/tables?year=2024&unit=person")
    text = text_of(client, "/tables/form_documented?year=2024&unit=person")
    assert "/tables/download?year=2024&amp;unit=person&amp;format=xlsx&amp;table=form_documented" in text
    assert all("year%3D2024" in address for address, _ in cells(text))


def test_downloads_are_files_that_open_and_say_internal(house):
    client = house.client("analyst-mission")
    workbook = client.get("/tables/download?format=xlsx&table=form_documented")
    assert workbook["Content-Disposition"].startswith('attachment; filename="palermo-tables-')
    sheets = openpyxl.load_workbook(io.BytesIO(workbook.content))
    said = [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("Internal" in cell for cell in said)
    plain = client.get("/tables/download?format=csv&table=form_documented").content.decode("utf-8-sig")
    assert ",internal" in plain
    assert plain.startswith("table,title")
    printed = client.get("/tables/download?format=pdf&table=form_documented")
    assert printed["Content-Type"] == "application/pdf"
    assert "Internal" in PdfReader(io.BytesIO(printed.content)).pages[0].extract_text()
    editable = docx.Document(io.BytesIO(client.get("/tables/download?format=docx&table=sex_age").content))
    assert "Internal" in editable.paragraphs[1].text


def test_all_tables_leave_as_one_document_in_the_readers_language(house):
    client = house.client("analyst-mission")
    made = client.get("/tables/download?format=pdf", headers={"accept-language": "ar"})
    read = PdfReader(io.BytesIO(made.content))
    assert read.trailer["/Root"]["/Lang"] == "ar-EG"
    assert re.fullmatch(r'attachment; filename="palermo-tables-[0-9-]+\.pdf"', made["Content-Disposition"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tables/nothing", 404),
        ("/tables/download", 404),
        ("/tables/download?format=exe", 404),
        ("/tables/download?format=csv&table=nothing", 404),
        ("/tables/trace", 400),
        ("/tables/trace?cell=form/detected_victims?nonsense=1", 400),
    ],
)
def test_a_wrong_address_is_answered_calmly(house, address, status):
    assert house.client("analyst-mission").get(address).status_code == status


def test_tables_hold_the_own_organisation_only(house):
    mine = text_of(house.client("analyst-mission"), "/tables/organisation_documented")
    assert house.first.short in mine
    assert house.second.short not in mine
