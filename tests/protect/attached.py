"""Files as people attach them, with marked secrets wherever a file may tell of its origin: all invented."""

import io
import struct
import zlib
from contextlib import suppress
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

MARK = "INVENTED-SECRET"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>{MARK}-XMP</dc:creator></x:xmpmeta>'.encode()


def drawing(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    """White, with a red corner at the top left, so that a turn is seen."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    return picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    told = Image.Exif()
    told[0x0112], told[0x010F], told[0x9286] = orientation, f"{MARK}-CAMERA", f"{MARK}-NOTE"
    told.get_ifd(0x8825).update({1: "N", 2: (13.0, 30.0, 45.5), 29: f"{MARK}-GPS"})
    return told


def jpeg(orientation: int = 1, **options: Any) -> bytes:
    thumbnail = io.BytesIO()
    drawing(size=(16, 16)).save(thumbnail, "JPEG", comment=f"{MARK}-THUMBNAIL")
    content = saved(
        drawing(),
        "JPEG",
        exif=exif(orientation),
        comment=f"{MARK}-COMMENT",
        subsampling=0,
        xmp=XMP,
        icc_profile=f"{MARK}-ICC".encode() * 20,
        **options,
    )
    more = segment(0xEC, f"{MARK}-DUCKY".encode()) + segment(0xE0, b"JFXX\0\x10" + thumbnail.getvalue())
    return content[:2] + more + content[2:]


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def png(mode: str = "RGB", orientation: int = 1) -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", f"{MARK}-TEXT")
    told.add_text("Author", f"{MARK}-ZTEXT", zip=True)
    told.add_itxt("XML:com.adobe.xmp", XMP.decode())
    told.add(b"prVt", f"{MARK}-PRIVATE".encode(), after_idat=True)
    icc = f"{MARK}-ICC".encode() * 20
    return saved(drawing(mode), "PNG", pnginfo=told, exif=exif(orientation), icc_profile=icc, dpi=(300, 300))


def webp(orientation: int = 1, **options: Any) -> bytes:
    icc = f"{MARK}-ICC".encode() * 20
    return saved(drawing(), "WEBP", exif=exif(orientation), xmp=XMP, icc_profile=icc, **options)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, format=form, **options)
    return written.getvalue()


def dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})


def stream(content: bytes, **entries: Any) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(content)
    made.update(dictionary(**entries))
    return made


def text(words: str) -> TextStringObject:
    return TextStringObject(words)


def numbers(*values: float) -> ArrayObject:
    return ArrayObject([FloatObject(value) for value in values])


def pdf_writer() -> PdfWriter:
    """A document that tells in every way that PDF has, without packed streams, so that a search finds it."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 100)
    writer.add_metadata({"/Author": f"{MARK}-AUTHOR", "/Title": f"{MARK}-TITLE"})
    writer.add_attachment(f"{MARK}-FILE.txt", f"{MARK}-ATTACHED".encode())
    writer.add_outline_item(title=f"{MARK}-BOOKMARK", page_number=0)
    add = writer._add_object
    root = writer.root_object
    root[NameObject("/Metadata")] = add(stream(XMP, Type=NameObject("/Metadata")))
    script = dictionary(S=NameObject("/JavaScript"), JS=text(f"app.alert('{MARK}-SCRIPT')"))
    root[NameObject("/OpenAction")] = add(script)
    root[NameObject("/AA")] = dictionary(WC=script)
    profile = add(stream(f"{MARK}-ICC".encode(), N=NumberObject(3)))
    picture = stream(
        jpeg(),
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Image"),
        Width=NumberObject(48),
        Height=NumberObject(32),
        BitsPerComponent=NumberObject(8),
        ColorSpace=ArrayObject([NameObject("/ICCBased"), profile]),
        Filter=NameObject("/DCTDecode"),
        Metadata=add(stream(XMP)),
    )
    names = dictionary(A=add(picture))
    page[NameObject("/Resources")] = dictionary(
        XObject=names, Properties=dictionary(MC0=dictionary(Name=text(f"{MARK}-LAYER")))
    )
    page[NameObject("/Contents")] = add(stream(b"q 96 0 0 64 10 10 cm /A Do Q\n"))
    page[NameObject("/PieceInfo")] = dictionary(Maker=dictionary(Private=text(f"{MARK}-PIECE")))
    page[NameObject("/AA")] = dictionary(O=script)
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url=f"https://example.org/{MARK}-URI"))
    acts = {"Launch": "F", "SubmitForm": "F", "GoToR": "F", "JavaScript": "JS"}
    annotations = page["/Annots"]
    for act, where in acts.items():
        action = DictionaryObject(
            {NameObject("/S"): NameObject(f"/{act}"), NameObject(f"/{where}"): text(f"{MARK}-{act}")}
        )
        annotation = dictionary(
            Subtype=NameObject("/Link"), Rect=numbers(0, 0, 9, 9), A=action, T=text(f"{MARK}-WHO")
        )
        annotations.append(add(annotation))  # type: ignore[attr-defined]
    return writer


def written(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf() -> bytes:
    return written(pdf_writer())


def field(*, answer: str, shown: bool) -> bytes:
    """A form with one answer, with or without the appearance that draws it (a green box)."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 100)
    add = writer._add_object
    widget = dictionary(
        Subtype=NameObject("/Widget"),
        FT=NameObject("/Tx"),
        Rect=numbers(20, 20, 120, 60),
        T=text(f"{MARK}-FIELD"),
    )
    widget[NameObject("/V")] = text(answer)
    if shown:
        look = stream(b"0 1 0 rg 0 0 10 10 re f", BBox=numbers(0, 0, 10, 10), Subtype=NameObject("/Form"))
        widget[NameObject("/AP")] = dictionary(N=add(look))
    reference = add(widget)
    page[NameObject("/Annots")] = ArrayObject([reference])
    writer.root_object[NameObject("/AcroForm")] = dictionary(Fields=ArrayObject([reference]))
    return written(writer)


def unpacked(content: bytes) -> bytes:
    """The content, and after it whatever any packed part of it holds, as one who searches would see it."""
    found = [content, content.decode("latin-1").encode("utf-16-le")[::2]]
    at = content.find(b"x\x9c")
    while at >= 0:
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(content[at:]))
        at = content.find(b"x\x9c", at + 1)
    if content.startswith(b"%PDF-"):
        reader = PdfReader(io.BytesIO(content))
        found += [repr(reader.get_object(n)).encode() for n in range(1, len(reader.xref.get(0, {})) + 1)]
    return b"\n".join(found)


def tells(content: bytes) -> bool:
    """Is a mark found, as it is, in UTF-16, in hexadecimal, or packed?"""
    looked = unpacked(content)
    mark = MARK.encode()
    forms = (mark, MARK.encode("utf-16-be"), MARK.encode("utf-16-le"), mark.hex().encode())
    return any(form in looked or form.upper() in looked for form in forms)


def pixels(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def embedded_jpegs(content: bytes) -> list[bytes]:
    """The coded pictures of the pages, as they are in the file."""
    found: list[bytes] = []
    for page in PdfReader(io.BytesIO(content)).pages:
        pictures: Any = page["/Resources"]["/XObject"]  # type: ignore[index]
        found += [picture.get_object()._data for picture in pictures.values()]
    return found
