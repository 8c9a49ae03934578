"""Does a cleaned file tell nothing but what a reader sees, and does every attack end in a clear refusal?"""

import dataclasses
import io
import logging
import re
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject, NumberObject

import palermo.protect.files as files
from palermo import ProblemWithInput
from palermo.protect import accepting, embedded
from palermo.protect.accepting import ACCEPTED, FileLimits
from palermo.protect.files import Cleaned, cleaned
from tests.proof import examples
from tests.protect import attached
from tests.protect.attached import MARK, drawing, jpeg, pdf, pixels, png, saved, segment, tells, webp

LIMITS = FileLimits.on(date(2026, 1, 1))
SMALL = dataclasses.replace(LIMITS, pixels=20_000, pdf_unpacked_bytes=200_000, pdf_pages=3, pdf_objects=60)
NOTE = "\N{BYTE ORDER MARK}Seen at the market – «سوق» \t on Monday\r\n(invented)".encode()
MADE: dict[str, Callable[[], bytes]] = {
    "jpeg": jpeg,
    "jpeg grey": lambda: saved(drawing("L"), "JPEG", exif=attached.exif()),
    "jpeg cmyk": lambda: saved(drawing("CMYK"), "JPEG", comment=MARK),
    "jpeg progressive": lambda: jpeg(progressive=True),
    "png": png,
    "png palette": lambda: png("P"),
    "png alpha": lambda: png("RGBA"),
    "png grey alpha": lambda: png("LA"),
    "png one bit": lambda: png("1"),
    "png 16 bit": lambda: png("I;16"),
    "webp": webp,
    "webp lossless": lambda: webp(lossless=True),
    "pdf": pdf,
    "pdf with a shown answer": lambda: attached.field(answer=f"{MARK}-ANSWER", shown=True),
}
EXACT = [name for name in MADE if name.startswith(("png", "pdf")) or name == "webp lossless"]


def code(content: bytes, limits: FileLimits = LIMITS) -> str:
    """The code with which the content is refused, or "" where it is kept."""
    try:
        cleaned(content, limits=limits)
    except ProblemWithInput as problem:
        return str(problem)[:11]
    return ""


@pytest.mark.parametrize("name", MADE)
def test_no_marked_byte_is_left(name: str) -> None:
    made = MADE[name]()
    assert tells(made)
    kept = cleaned(made)
    assert not tells(kept.content)
    assert kept.media.split("/")[1] == name.split()[0]


@pytest.mark.parametrize("place", ["CAMERA", "NOTE", "GPS", "COMMENT", "XMP", "ICC", "DUCKY", "THUMBNAIL"])
def test_control_a_photo_tells_in_each_of_these_places(place: str) -> None:
    assert f"{MARK}-{place}".encode() in jpeg()


PLACES = (
    "AUTHOR TITLE ATTACHED XMP SCRIPT ICC LAYER PIECE URI Launch SubmitForm GoToR JavaScript WHO GPS COMMENT"
)


@pytest.mark.parametrize("place", PLACES.split())
def test_control_a_document_tells_in_each_of_these_places(place: str) -> None:
    assert f"{MARK}-{place}".encode() in attached.unpacked(pdf())


@pytest.mark.parametrize("made", [jpeg, png, webp])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_the_right_way_up(made: Callable[..., bytes], orientation: int) -> None:
    kept = pixels(cleaned(made(orientation=orientation)).content)
    back = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)
    size = (32, 48) if orientation > 4 else (48, 32)
    assert kept.size == size
    assert not Image.open(io.BytesIO(cleaned(made(orientation=orientation)).content)).getexif()
    turned = cleaned(saved(kept, "PNG", exif=attached.exif(back))).content
    assert near(pixels(turned), drawing())


def near(one: Image.Image, other: Image.Image, most: float = 6) -> bool:
    """The same size, and no colour apart by more than `most` of 255 on average."""
    apart = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return one.size == other.size and max(ImageStat.Stat(apart).mean) <= most


@pytest.mark.parametrize("name", MADE)
def test_cleaning_again_changes_nothing(name: str) -> None:
    once = cleaned(MADE[name]())
    twice = cleaned(once.content)
    assert twice.media == once.media
    if name in EXACT:
        assert twice == once
    else:
        assert near(pixels(once.content), pixels(twice.content))


@pytest.mark.parametrize("name", [name for name in MADE if "pdf" not in name])
def test_pixels_stay(name: str) -> None:
    made = MADE[name]()
    kept = cleaned(made).content
    assert near(pixels(made), pixels(kept), 0 if name in EXACT else 6)


def test_nothing_is_left_under_full_transparency() -> None:
    hidden = Image.new("RGBA", (4, 4), (200, 100, 50, 0))
    kept = Image.open(io.BytesIO(cleaned(saved(hidden, "PNG")).content))
    assert kept.getpixel((0, 0)) == (0, 0, 0, 0)


def test_a_photo_with_broken_exif_is_kept() -> None:
    content = saved(drawing(), "JPEG")
    broken = content[:2] + segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + MARK.encode()) + content[2:]
    assert not tells(cleaned(broken).content)


def test_a_document_holds_what_its_pages_draw_and_no_more() -> None:
    reader = PdfReader(io.BytesIO(cleaned(pdf()).content))
    assert set(reader.trailer) == {"/Size", "/Root"}
    assert set(reader.root_object) == {"/Type", "/Pages"}
    page = reader.pages[0]
    assert set(page) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
    assert page.mediabox[2:] == [200, 100]
    assert b"/A Do" in page.get_contents().get_data()  # type: ignore[union-attr]
    (picture,) = attached.embedded_jpegs(cleaned(pdf()).content)
    assert near(pixels(picture), pixels(jpeg()), 0)


@pytest.mark.parametrize("coded", [["/FlateDecode", "/DCTDecode"], ["/ASCIIHexDecode", "/DCTDecode"]])
def test_a_packed_photo_in_a_document_loses_its_metadata(coded: list[str]) -> None:
    writer = attached.pdf_writer()
    page = writer.pages[0]
    picture = page["/Resources"]["/XObject"]["/A"].get_object()  # type: ignore[index]
    pack = {"/FlateDecode": zlib.compress, "/ASCIIHexDecode": lambda content: content.hex().encode() + b">"}
    picture.set_data(pack[coded[0]](jpeg()))
    picture[NameObject("/Filter")] = ArrayObject(map(NameObject, coded))
    kept = cleaned(attached.written(writer)).content
    assert not tells(kept)
    assert len(attached.embedded_jpegs(kept)) == 1


def test_jpeg_2000_keeps_what_draws() -> None:
    content = saved(drawing(), "JPEG2000", comment=MARK)
    content += (len(MARK) + 8).to_bytes(4) + b"xml " + MARK.encode()
    assert content.count(MARK.encode()) == 2
    bare = embedded.bare_jpx(content)
    assert not tells(bare)
    assert near(pixels(bare), pixels(content), 0)
    assert embedded.bare_jpx(bare) == bare


def test_an_answer_that_is_shown_becomes_part_of_the_page() -> None:
    page = PdfReader(io.BytesIO(cleaned(attached.field(answer=MARK, shown=True)).content)).pages[0]
    assert "/Annots" not in page
    drawn = page.get_contents().get_data()  # type: ignore[union-attr]
    assert b"q 10.00000 0 0 4.00000 20.00000 20.00000 cm /Shown0 Do Q" in drawn
    look = page["/Resources"]["/XObject"]["/Shown0"]  # type: ignore[index]
    assert look.get_data() == b"0 1 0 rg 0 0 10 10 re f"


def test_an_answer_that_would_be_lost_is_refused() -> None:
    assert code(attached.field(answer=MARK, shown=False)) == "PROTECT-038"
    assert code(attached.field(answer="", shown=False)) == ""


def test_text_keeps_its_words_and_loses_its_mark() -> None:
    assert cleaned(NOTE) == Cleaned("text/plain", NOTE[3:])
    assert cleaned(NOTE[3:]) == cleaned(NOTE)


def zipped(name: str = "../../etc/passwd") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, MARK)
    return file.getvalue()


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "zip with a way out": (zipped, "PROTECT-030"),
    "office file": (lambda: zipped("[Content_Types].xml"), "PROTECT-030"),
    "old office file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "PROTECT-030"),
    "heic": (lambda: HEIC, "PROTECT-030"),
    "gif": (lambda: saved(drawing(), "GIF"), "PROTECT-030"),
    "tiff": (lambda: saved(drawing(), "TIFF"), "PROTECT-030"),
    "program": (lambda: b"MZ" + bytes(100), "PROTECT-030"),
    "nothing": (lambda: b"", "PROTECT-031"),
    "blanks": (lambda: b"\xef\xbb\xbf \r\n", "PROTECT-031"),
    "svg": (lambda: SVG, "PROTECT-040"),
    "svg behind a declaration": (lambda: b"\xef\xbb\xbf\n<?xml version='1.0'?>" + SVG, "PROTECT-040"),
    "html": (lambda: b"<!DOCTYPE html><p>" + MARK.encode(), "PROTECT-040"),
    "html behind words": (lambda: b"note\n<SCRIPT src=//x>" + MARK.encode(), "PROTECT-040"),
    "gif that is a script": (lambda: b"GIF89a=1;alert(1)", "PROTECT-040"),
    "rich text": (lambda: rb"{\rtf1 note}", "PROTECT-040"),
    "pdf behind words": (lambda: b"a note\n%PDF-1.4\n1 0 obj", "PROTECT-040"),
    "pdf behind a picture's words": (lambda: b"\n" + pdf(), "PROTECT-039"),
    "utf-16": (lambda: MARK.encode("utf-16"), "PROTECT-039"),
    "latin-1": (lambda: "café".encode("latin-1"), "PROTECT-039"),
    "escape": (lambda: b"note \x1b[2J", "PROTECT-039"),
    "c1 control": (lambda: "note \x9b".encode(), "PROTECT-039"),
    "nul far behind": (lambda: b"note" * 500 + b"\0", "PROTECT-039"),
    "half a photo": (lambda: jpeg()[: len(jpeg()) * 3 // 4], "PROTECT-033"),
    "jpeg by its first bytes only": (lambda: b"\xff\xd8\xff\xe0<script>", "PROTECT-033"),
    "png by its first bytes only": (lambda: png()[:8] + SVG, "PROTECT-033"),
    "webp by its first bytes only": (lambda: b"RIFF\x10\0\0\0WEBP" + SVG, "PROTECT-033"),
    "pdf by its first bytes only": (lambda: b"%PDF-1.7 " + SVG, "PROTECT-033"),
    "scans without end": (lambda: jpeg() + b"\xff\xda" * 200, "PROTECT-033"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_kept_is_refused_with_what_to_do(name: str) -> None:
    made, expected = REFUSED[name]
    with pytest.raises(ProblemWithInput) as refusal:
        cleaned(made())
    said = str(refusal.value)
    assert said.startswith(expected)
    assert re.search(r"Expected .+;", said)
    assert MARK not in said
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


def test_a_refusal_names_what_is_kept() -> None:
    with pytest.raises(ProblemWithInput, match=r"JPEG, PNG or WebP.*PDF.*UTF-8.*HEIC"):
        cleaned(HEIC)
    assert [media.suffix for media in ACCEPTED] == [".jpg", ".png", ".webp", ".pdf", ".txt"]


@pytest.mark.parametrize("name", [name for name in MADE if " " not in name])
@pytest.mark.parametrize("tail", [zipped, lambda: SVG + MARK.encode(), lambda: pdf()])
def test_a_second_file_behind_the_first_is_gone(name: str, tail: Callable[[], bytes]) -> None:
    both = MADE[name]() + (b"" if tail is pdf else b"\n") + tail()
    kept = cleaned(both).content
    assert not tells(kept)
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert zipfile.is_zipfile(io.BytesIO(both)) or tail is not zipped


def test_a_zip_in_raw_pixels_of_a_document_is_refused() -> None:
    writer = attached.pdf_writer()
    picture = writer.pages[0]["/Resources"]["/XObject"]["/A"].get_object()  # type: ignore[index]
    picture.set_data(zipped())
    picture[NameObject("/Filter")] = NameObject("/CCITTFaxDecode")
    assert code(attached.written(writer)) == "PROTECT-041"


def bomb(size: int = 9_000_000) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(10, 10)
    packed = attached.stream(zlib.compress(b" " * size), Filter=NameObject("/FlateDecode"))
    page[NameObject("/Contents")] = writer._add_object(packed)
    return attached.written(writer)


def many_pages(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(10, 10)
    return attached.written(writer)


def encrypted(password: str) -> bytes:
    writer = attached.pdf_writer()
    writer.encrypt(password, "owner", algorithm="AES-256")
    return attached.written(writer)


def deep(levels: int = 5_000) -> bytes:
    content = many_pages(1)
    return content.replace(b"/MediaBox [", b"/Group " + b"[" * levels + b"]" * levels + b" /MediaBox [")


def wide_picture() -> bytes:
    writer = attached.pdf_writer()
    picture = writer.pages[0]["/Resources"]["/XObject"]["/A"].get_object()  # type: ignore[index]
    picture[NameObject("/Width")] = NumberObject(1_000_000)
    return attached.written(writer)


def moving(form: str) -> bytes:
    return saved(drawing(), form, save_all=True, append_images=[drawing().rotate(180)])


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda: bytes(LIMITS.file_bytes + 1), "PROTECT-032"),
        (lambda: b"a" * (LIMITS.text_bytes + 1), "PROTECT-032"),
        (lambda: saved(Image.new("1", (300, 300)), "PNG"), "PROTECT-034"),
        (lambda: saved(Image.new("L", (300, 300)), "JPEG"), "PROTECT-034"),
        (lambda: saved(Image.new("L", (300, 300)), "WEBP"), "PROTECT-034"),
        (lambda: saved(Image.new("1", (12_000, 12_000)), "PNG"), "PROTECT-034"),
        (wide_picture, "PROTECT-034"),
        (lambda: moving("PNG"), "PROTECT-035"),
        (lambda: moving("WEBP"), "PROTECT-035"),
        (lambda: encrypted("password"), "PROTECT-036"),
        (lambda: encrypted(""), "PROTECT-036"),
        (lambda: many_pages(4), "PROTECT-037"),
        (bomb, "PROTECT-037"),
        (deep, "PROTECT-033"),
    ],
)
def test_bombs_are_refused(made: Callable[[], bytes], expected: str) -> None:
    assert code(made(), SMALL) == expected


def test_limits_are_dated() -> None:
    with pytest.raises(ProblemWithInput, match="CODES-003"):
        FileLimits.on(date(1999, 1, 1))


def test_the_file_says_what_it_is_and_nobody_else() -> None:
    assert cleaned(saved(drawing(), "PNG")).media == "image/png"


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    """What reaches the root, with every level open."""
    kept: list[logging.LogRecord] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    root, handler = logging.getLogger(), Keeping()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.setLevel(level)
    root.removeHandler(handler)


def faulty() -> bytes:
    return (
        pdf()
        .replace(b"startxref\n", b"startxref\n9")
        .replace(b"/Author", b"/Author (" + MARK.encode() + b") /Author")
    )


def test_nothing_is_logged_and_no_temporary_file_is_made(
    records: list[logging.LogRecord], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    for made in (*MADE.values(), faulty):
        code(made())
    assert records == []
    for name in ("PIL", "pypdf"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).propagate = True
    try:
        for made in (*MADE.values(), faulty):
            code(made())
        assert records != []
    finally:
        files._silenced("PIL", "pypdf")


@settings(max_examples=examples(60), deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"RIFF\0\0\0\0WEBP"]),
)
def test_any_bytes_end_in_a_clean_file_or_a_problem(content: bytes, start: bytes) -> None:
    assert code(start + content, SMALL) in known_codes()


def known_codes() -> set[str]:
    return {"", *(f"PROTECT-{number:03}" for number in accepting._PROBLEMS)}


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid file with some bytes changed, left out or doubled."""
    content = bytearray(MADE[draw(st.sampled_from(sorted(MADE)))]())
    for _ in range(draw(st.integers(1, 6))):
        at, length = draw(st.integers(0, len(content))), draw(st.integers(0))
        content[at : at + length] = draw(
            st.one_of(st.binary(max_size=12), st.just(bytes(content[at : at + 4 * length])))
        )
    return bytes(content)


@settings(max_examples=examples(150), deadline=None)
@given(mutated())
def test_a_broken_file_ends_in_a_clean_file_or_a_problem(content: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = code(content, SMALL)
        assert found in known_codes()
        if not found:
            assert code(cleaned(content, limits=SMALL).content, SMALL) == ""


@settings(max_examples=examples(60), deadline=None)
@given(st.text(max_size=200))
def test_any_words_are_kept_whole_or_refused(words: str) -> None:
    try:
        kept = cleaned(words.encode("utf-8", "surrogatepass"))
    except ProblemWithInput:
        return
    assert kept.content.decode() == words.lstrip("\N{BYTE ORDER MARK}")
    assert cleaned(kept.content) == kept
