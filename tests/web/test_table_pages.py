"""Tables: each number leads to its rule and its cases, a choice travels along, downloads are marked."""

import io
import re

import docx
import openpyxl
import pytest
from django.contrib.auth import get_user_model
from pypdf import PdfReader

from palermo.actions import accounts
from palermo.actions.collect import import_file
from palermo.report import BY_ID, TABLES
from palermo.store.models import AuditEntry


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
        assert "Back to the table" in text
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
    assert all("year=2024" in address for address, _ in cells(text))
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


def test_the_form_of_the_index_leads_to_the_table_with_its_choice(house):
    client = house.client("analyst-mission")
    response = client.get("/tables?table=form_documented&year=2025&compare=2024&area=&unit=&scheme=")
    assert response.status_code == 302
    assert response["Location"] == "/tables/form_documented?year=2025&compare=2024"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("year=2025&compare=2025", "Choose another year than the first"),
        ("compare=2024", "Choose the year to compare with the other one"),
        ("table=patterns&year=2025&compare=2024", "two years cannot be compared"),
        ("year=1066", "Choose one of the list"),
    ],
)
def test_a_choice_that_cannot_be_is_said_beside_its_field(house, query, said):
    text = text_of(house.client("analyst-mission"), f"/tables?{query}")
    assert said in text
    assert "There is a problem" in text


def test_the_index_says_what_each_table_says(house):
    client = house.client("analyst-mission")
    index = text_of(client, "/tables")
    total = cells(text_of(client, "/tables/sex_age_documented"))[-1][1]
    assert f"{total} cases." in index
    assert "Nothing to count with this choice." in text_of(client, "/tables?year=2001")


def test_both_years_are_traced_and_the_difference_is_theirs(house):
    client = house.client("analyst-mission")
    text = text_of(client, "/tables/sex_age_documented?year=2025&compare=2024")
    last = re.findall(r"(?s)<tr class=\"total\">(.*?)</tr>", text)[-1]
    first, second = re.findall(r'<td class="number"><a href="([^"]+)"><bdi dir="ltr">(\d+)</bdi>', last)[:2]
    change = re.search(r'<td class="number change"><bdi dir="ltr">([^<]+)</bdi>', last).group(1)
    assert int(change.replace("+", "").replace("\N{MINUS SIGN}", "-")) == int(second[1]) - int(first[1])
    for year, (address, figure) in (("2024", first), ("2025", second)):
        assert f"year%3D{year}" in address
        traced = text_of(client, address.replace("&amp;", "&"))
        assert f'class="figure"><bdi dir="ltr">{figure}</bdi>' in traced
        assert "/tables/sex_age_documented?year=2025&amp;compare=2024" in traced
    assert "only where both counts are at least 20" in text
    assert "Interviews that were reported" in text


def test_a_table_has_its_picture_with_its_figures_and_the_way_between_them(house):
    client = house.client("analyst-mission")
    for table in ("sex_age_documented", "area_documented", "form_documented", "effort"):
        text = text_of(client, f"/tables/{table}")
        assert "<svg" in text, table
        assert 'href="#numbers"' in text
        assert 'href="#picture"' in text
    assert "<svg" not in text_of(client, "/tables/patterns")
    assert "<svg" in text_of(client, "/tables/form_documented?year=2025&compare=2024")


def test_a_download_of_two_years_holds_both(house):
    client = house.client("analyst-mission")
    query = "table=form_documented&year=2025&compare=2024"
    lines = client.get(f"/tables/download?format=csv&{query}").content.decode("utf-8-sig")
    assert "Total, 2024" in lines
    assert "Total, difference" in lines
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/tables/download?format=xlsx&{query}").content))
    assert book.sheetnames == ["Notes", "form_documented"]
    whole = openpyxl.load_workbook(
        io.BytesIO(client.get("/tables/download?format=xlsx&year=2025&compare=2024").content)
    )
    assert "patterns" not in whole.sheetnames


@pytest.mark.parametrize(
    "address",
    [
        "/tables",
        "/tables/form_documented",
        "/tables/form_documented?year=2025&compare=2024",
        "/tables/trace?cell=form/documented",
        "/codes",
        "/codes/exploitation_forms",
    ],
)
def test_a_page_asks_the_database_little(house, django_assert_max_num_queries, address):
    client = house.client("analyst-mission")
    text_of(client, address)
    with django_assert_max_num_queries(12):
        text_of(client, address)


def test_a_comparison_is_in_the_chain_and_what_only_reads_is_not(house):
    client = house.client("analyst-mission")
    before = AuditEntry.objects.count()
    text_of(client, "/tables")
    assert AuditEntry.objects.count() == before
    text_of(client, "/tables/form_documented?year=2025&compare=2024")
    assert "report.compare_tables" in str(AuditEntry.objects.latest("id").body)


def test_what_was_counted_is_counted_anew_when_a_file_came_in(house):
    client = house.client("analyst-mission")
    before = cells(text_of(client, "/tables/not_counted"))
    member = accounts.memberships(get_user_model().objects.get(username="focal-mission"))[0]
    content = b"yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation\n2019,Male,,MLI,NGA\n"
    import_file(member.actor, content, name="one.csv", layout="ctdc-37", invented=True)
    every = [text_of(client, f"/tables/{name}") for name in ("not_counted", "area_documented_others")]
    assert [cells(every[0]), every[1].count("2019")] != [before, 0]
