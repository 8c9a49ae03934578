"""What leaves as PDF and Word: every letter in order, tags, marks on each page; no text is run as source."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from palermo import ProblemWithInput
from palermo.codes.languages import Language, language
from palermo.plots import Plot
from palermo.report import Document, Facts, Figure, Grid, Heading, Paragraph
from palermo.report.document import Part
from palermo.report.letters import clean, letters_of, spelled
from palermo.report.pdf import FONTS, TEMPLATE, pdf, printed
from palermo.report.word import word

ON = date(2026, 11, 1)
MARKS = ("Internal.", "Invented data.")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    '#read("/etc/passwd") #import "@preview/x:1.0.0" *a* _b_ $x$ <l> @r \\ // = [c] {d} ~ `e` </w:t> &amp;'
)
PICTURE = Plot(
    title="Persons by month",
    alt="Bars: 12 persons in May, 30 in June.",
    svg='<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60"><rect width="90" height="9"/></svg>',
    header=("Month", "Persons"),
    rows=(("May", "12"), ("June", "30")),
    note="Invented.",
)
SAMPLES = {
    "en": ("Detected victims", "Iraq", "Total"),
    "fr": ("Victimes détectées", "Côte d’Ivoire", "Œuvre"),
    "es": ("Víctimas detectadas", "España", "Año"),
    "ru": ("Выявленные жертвы", "Ирак", "Итого"),
    "zh": ("已发现的受害者", "伊拉克", "总计"),
    "ar": ("الضحايا المكتشفون", "العراق", "المجموع"),
}


def document(code: str = "en", *parts: Part, title: str = "", **how: Any) -> Document:
    name, area, total = SAMPLES[code]
    rows = ((area, "<5", "1\xa0352"), (total, "9–17", "1\xa0352"))
    usual = (
        Heading(name),
        Facts(((area, total),)),
        Grid(total, (area, name, total), rows, 1, ("part", "total")),
    )
    return Document(title or name, language(code), parts or usual, ON, MARKS, **how)


def text_of(content: bytes) -> str:
    """The text of a PDF in the order of its pages, without what only breaks lines."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return "".join(pages).replace("\u200b", "")


def actual_text(content: bytes) -> str:
    """What the tags of a PDF say that its glyphs mean: a dot of an Arabic letter is a glyph of its own."""
    read = PdfReader(io.BytesIO(content))
    operations = [each for page in read.pages for each in ContentStream(page.get_contents(), read).operations]
    marked = (one[1] for one, operator in operations if operator == b"BDC" and isinstance(one[1], dict))
    return "".join(str(one["/ActualText"]) for one in marked if "/ActualText" in one)


def letters(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\u2060\u2066-\u2069\xad]", "", text)


def word_text(content: bytes) -> str:
    """All words of a Word file's body, cells too."""
    body = docx.Document(io.BytesIO(content)).element.body
    return "".join(
        one.text or "" if one.tag == f"{W}t" else "\n" for one in body.iter(f"{W}t", f"{W}br", f"{W}p")
    )


def tree(content: bytes) -> Iterator[Any]:
    """Each element of the tags that a screen reader follows."""
    root = PdfReader(io.BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
    waiting = [root["/K"]]
    while waiting:
        one = waiting.pop(0).get_object()
        if isinstance(one, list):
            waiting[:0] = one
        elif isinstance(one, dict):
            if "/S" in one:
                yield one
            waiting[:0] = [one["/K"]] if "/K" in one else []


@pytest.mark.parametrize("code", SAMPLES)
def test_a_pdf_is_tagged_titled_and_in_its_language(code: str) -> None:
    content = pdf(document(code, *document(code).parts, Figure(PICTURE)))
    read = PdfReader(io.BytesIO(content))
    root = read.trailer["/Root"]
    assert (root["/Lang"][:2], bool(root["/MarkInfo"]["/Marked"])) == (code, True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert read.metadata
    assert read.metadata.title == SAMPLES[code][0]
    kinds = Counter(one["/S"] for one in tree(content))
    assert {"/H1", "/L", "/Table", "/Caption", "/THead", "/TH", "/Figure"} <= set(kinds)
    assert [one["/Alt"] for one in tree(content) if one["/S"] == "/Figure"] == [PICTURE.alt]
    assert b"pdfuaid" in read.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_the_same_document_gives_the_same_bytes_and_carries_its_day() -> None:
    made = document("ar", *document("ar").parts, Figure(PICTURE))
    assert pdf(made) == pdf(made)
    assert word(made) == word(made)
    assert pdf(replace(made, on=date(2025, 1, 1))) != pdf(made)
    assert docx.Document(io.BytesIO(word(made))).core_properties.created.date() == ON


def test_each_page_has_the_marks_its_number_and_the_header_of_the_table() -> None:
    rows = tuple((f"Row {at}", str(at)) for at in range(120))
    read = PdfReader(io.BytesIO(pdf(document("en", Grid("Long", ("Area", "Cases"), rows)))))
    assert len(read.pages) > 2
    for number, page in enumerate(read.pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(read.pages)}" in text
        assert all(mark in text for mark in MARKS)
        assert "AreaCases" in letters(text)


def test_contents_come_only_where_the_document_is_long() -> None:
    few, many = (
        [part for at in range(size) for part in (Heading(f"Part {at}"), Paragraph("x"))] for size in (3, 12)
    )
    for made, there in ((few, False), (many, True)):
        paper = document("en", *made)
        assert ("Contents" in text_of(pdf(paper))) == there
        assert ("Contents" in word_text(word(paper))) == there


def test_a_wide_table_turns_its_own_pages_only() -> None:
    wide = Grid("", tuple(f"Column number {at}" for at in range(14)), (("a long label",) * 14,), 1)
    made = document(
        "en", Heading("First"), Paragraph("x"), Heading("Wide"), wide, Heading("Last"), Paragraph("y")
    )
    sizes = [page.mediabox.width > page.mediabox.height for page in PdfReader(io.BytesIO(pdf(made))).pages]
    assert sizes == [False, True, False]
    sections = docx.Document(io.BytesIO(word(made))).sections
    assert [one.page_width > one.page_height for one in sections] == sizes


# Text is a value and never source


def test_hostile_text_is_printed_and_never_run() -> None:
    made = document(
        "en",
        Heading(HOSTILE),
        Paragraph(HOSTILE),
        Facts(((HOSTILE, HOSTILE),)),
        Grid(HOSTILE, (HOSTILE, HOSTILE), ((HOSTILE, HOSTILE),)),
        Figure(replace(PICTURE, title=HOSTILE, alt=HOSTILE, note=HOSTILE)),
        title=HOSTILE,
    )
    assert letters(text_of(pdf(made))).count(letters(HOSTILE)) >= 9
    assert word_text(word(made)).count(HOSTILE) >= 9


def test_what_could_run_reads_nothing_outside_the_folder_of_the_template() -> None:
    """The control: the same words as source do read, so that the test above could have failed."""
    assert sorted(one.name for one in TEMPLATE.parent.iterdir()) == ["document.typ", "styles.xml"]

    def run(source: str) -> Any:
        compiler = typst.Compiler(root=TEMPLATE.parent, ignore_system_fonts=True)
        return compiler.compile({"main.typ": source.encode()}, format="svg")

    assert len(run('#read("document.typ")')) > 1  # pages
    for outside in ("/etc/passwd", "../pdf.py", "../../../pyproject.toml"):
        with pytest.raises(typst.TypstError):
            run(f'#read("{outside}")')


# Every letter


ALPHABETS = {
    "en": st.characters(min_codepoint=0x20, max_codepoint=0x17F),
    "ru": st.characters(min_codepoint=0x400, max_codepoint=0x45F),
    "zh": st.sampled_from("人口贩运受害者的性别和年龄表格：一二三（个案）、，。已发现"),
    "ar": st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى ،؟"),
}


@settings(max_examples=15, deadline=None)
@given(st.data(), st.sampled_from(["en", "ru", "zh"]))
def test_any_text_comes_out_again_letter_by_letter(data: st.DataObject, code: str) -> None:
    text = data.draw(st.text(ALPHABETS[code], min_size=1, max_size=60))
    made = document(code, Paragraph(text), Grid("", ("a", "b"), ((text, "1"),)))
    wanted = letters(clean(text))
    assert letters(text_of(pdf(made))).count(wanted) >= 2 or not wanted
    assert letters(word_text(word(made))).count(wanted) >= 2 or not wanted


@settings(max_examples=8, deadline=None)
@given(st.text(ALPHABETS["ar"], min_size=1, max_size=40))
def test_any_arabic_text_keeps_all_its_letters(text: str) -> None:
    made = document("ar", Paragraph(text))
    assert set(letters(clean(text))) <= set(letters(clean(text_of(pdf(made)) + actual_text(pdf(made)))))
    assert letters(clean(text)) in letters(word_text(word(made)))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30), st.sampled_from(sorted(SAMPLES)))
def test_no_text_at_all_stops_a_document(text: str, code: str) -> None:
    name = SAMPLES[code][0]
    parts = (
        Heading(text),
        Paragraph(text),
        Facts(((text, text),)),
        Grid(text, (text, name), ((text, text),)),
    )
    made = document(code, *parts, Figure(replace(PICTURE, title=text, alt=text)), title=text.strip() or name)
    assert pdf(made).startswith(b"%PDF")
    docx.Document(io.BytesIO(word(made)))


def test_a_letter_that_no_font_has_is_spelled_out_and_not_lost() -> None:
    text = "A\N{GRINNING FACE}\N{DEVANAGARI LETTER A}\x00\ufeff"
    assert "A[U+1F600][U+0905]" in text_of(pdf(document("en", Paragraph(text))))
    assert "A\N{GRINNING FACE}\N{DEVANAGARI LETTER A}" in word_text(word(document("en", Paragraph(text))))
    assert spelled("Ж表ع", letters_of(FONTS)) == "Ж表ع"


def test_marks_that_turn_text_round_are_dropped_and_isolates_closed() -> None:
    assert clean("12\u202e34\u202c") == "1234"
    assert clean("a\u2069 b\u2066c") == "a b\u2066c\u2069"
    assert clean("\u2066a\u2069\tb\r\nc") == "\u2066a\u2069 b\nc"


# Right to left


class Bare(Language):
    """A language that isolates nothing: the control."""

    def isolated(self, text: str) -> str:
        return text


def glyphs(made: Document) -> list[list[str]]:
    """Glyphs of the page as they stand: line by line, from left to right."""
    space = "{http://www.w3.org/2000/svg}"
    lines: dict[int, list[tuple[float, str]]] = {}

    def walk(node: ElementTree.Element, x: float, y: float) -> None:
        found = re.match(r"(\w+)\(([^)]*)\)", node.get("transform", ""))
        if found:
            numbers = [float(one) for one in re.split(r"[ ,]+", found[2])]
            moved = [*numbers, 0.0][:2] if found[1] == "translate" else numbers[-2:]
            x, y = x + moved[0], y + moved[1]
        if node.tag == f"{space}use":
            lines.setdefault(round(y), []).append((x + float(node.get("x", 0)), node.attrib[LINK]))
        for child in node:
            walk(child, x, y)

    walk(ElementTree.fromstring(printed(made, format="svg")[0]), 0, 0)
    return [[glyph for _, glyph in sorted(line)] for line in lines.values()]


LINK = "{http://www.w3.org/1999/xlink}href"


def stands(figure: str, speech: Language) -> bool:
    """Whether the figure's glyphs stand in an Arabic table as they do in an English one."""

    def table(spoken: Language, label: str) -> Document:
        return Document("T", spoken, (Grid("", ("x", "y"), ((label, figure),), 1),), ON)

    label = "Republic of Iraq"
    size = len(letters(label))
    (row,) = (
        line for line in glyphs(table(language("en"), label)) if len(line) == size + len(letters(figure))
    )
    wanted = row[size:]
    lines = glyphs(table(speech, "العراق"))
    return any(line[at : at + len(wanted)] == wanted for line in lines for at in range(len(line)))


@pytest.mark.parametrize("figure", ["<5", "1 352", "1\xa0352", "9–17", "2024–2025", "-3", "12.5%"])
def test_a_figure_keeps_its_order_in_an_arabic_pdf(figure: str) -> None:
    assert stands(figure, language("ar"))


@pytest.mark.parametrize("figure", ["<5", "1 352", "-3", "5+"])
def test_without_isolation_it_would_not(figure: str) -> None:
    arabic = language("ar")
    assert not stands(figure, Bare(arabic.code, arabic.say, True))


def test_word_runs_from_right_to_left_and_its_figures_do_not() -> None:
    made = docx.Document(io.BytesIO(word(document("ar"))))
    body = made.element.body
    assert all(one.find(f"{W}pPr/{W}bidi") is not None for one in body.iter(f"{W}p"))
    assert body.find(f"{W}sectPr/{W}bidi") is not None
    assert all(one.find(f"{W}tblPr/{W}bidiVisual") is not None for one in body.iter(f"{W}tbl"))
    runs = {
        "".join(t.text for t in run.iter(f"{W}t")): run.find(f"{W}rPr/{W}rtl") for run in body.iter(f"{W}r")
    }
    assert runs["العراق"] is not None
    assert runs["\u200e<5\u200e"] is None
    assert "<5" not in runs
    assert made.styles.element.xpath("//w:lang/@w:bidi") == ["ar-EG"]


def test_word_has_real_styles_repeated_headers_alternative_texts_and_marks() -> None:
    made = docx.Document(io.BytesIO(word(document("en", *document("en").parts, Figure(PICTURE)))))
    styles = [one.style.name for one in made.paragraphs]
    assert styles[:4] == ["Title", "Palermo Mark", "Heading 1", "Palermo Fact"]
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in made.tables)
    assert [one._inline.docPr.get("descr") for one in made.inline_shapes] == [PICTURE.alt]
    for foot in (made.sections[0].footer, made.sections[0].first_page_footer):
        assert foot.paragraphs[0].text == " ".join(MARKS)
        assert foot._element.xpath(".//w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]
    assert not made.styles.element.xpath("//w:rPr/w:spacing")  # it would break Arabic letters apart
    assert made.core_properties.title == SAMPLES["en"][0]
    assert [[cell.text for cell in row.cells] for row in made.tables[-1].rows][1:] == [
        ["May", "12"],
        ["June", "30"],
    ]


def test_what_is_isolated_in_arabic_prose_is_a_run_of_its_own() -> None:
    arabic = language("ar")
    made = document("ar", Paragraph(f"القاعدة {arabic.isolated('palermo-3/form')} هنا"))
    (body,) = (one for one in docx.Document(io.BytesIO(word(made))).paragraphs if "palermo" in one.text)
    assert [(run.text, run.font.rtl) for run in body.runs] == [
        ("القاعدة ", True),
        ("\u200epalermo-3/form\u200e", None),
        (" هنا", True),
    ]


# What is refused


def test_a_document_without_fonts_says_where_they_come_from(tmp_path: Path) -> None:
    with pytest.raises(ProblemWithInput, match="REPORT-015"):
        pdf(document(), fonts=tmp_path)


def test_an_error_never_quotes_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palermo.report.pdf.spelled", lambda text, letters: text)
    with pytest.raises(ProblemWithInput, match="REPORT-016") as refused:
        pdf(document("en", Paragraph("Samira \N{GRINNING FACE}")))
    assert "Samira" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Grid("", ("a", "b"), (("1",),)),
        lambda: Grid("", (), ()),
        lambda: Grid("", ("a",), (("1",),), 1, ("part", "part")),
        lambda: document("en", Heading("a", 2)),
        lambda: document("en", Heading("a"), Heading("b", 3)),
        lambda: document(title="  "),
    ],
)
def test_a_document_that_screen_readers_could_not_follow_is_not_made(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"has|levels"):
        wrong()
