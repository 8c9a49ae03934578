"""What of a PDF may be kept? What its pages draw, copied into a new file by a closed list of keys.

Source: ISO 32000-1:2008, sections 7 to 12. Gone are document information, XMP, scripts, actions, links,
attached files, bookmarks, layers' names, tags, earlier revisions, signatures, thumbnails, colour profiles,
what lies outside the file's structure (before `%PDF`, after `%%EOF`, between objects), and EXIF, XMP and
comments of JPEG and JPEG 2000 pictures. What annotations and form fields show is drawn on the page; notes in
pop-ups are not.

What stays, honestly: all that the pages' drawing instructions hold, also where it is not seen (text under a
black box or outside the crop, hidden layers, which become visible, alternative text and pictures written
within the instructions), what fonts say of themselves, extensions of JBIG2 pictures, and that a page was a
form. A signature on the original no longer verifies.
"""

import io
import zlib
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from pypdf import PdfReader, apply_configuration
from pypdf.filters import decode_stream_data
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from palermo.protect.accepting import FileLimits, refused
from palermo.protect.annotations import drawn_annotations
from palermo.protect.embedded import bare_jpeg, bare_jpx

_KEYS = """
/Type /Subtype /MediaBox /CropBox /Rotate /UserUnit /Resources /Contents /Group /XObject /Font /ColorSpace
/Pattern /Shading /ExtGState /Width /Height /BitsPerComponent /Intent /ImageMask /Mask /Decode /Interpolate
/SMask /SMaskInData /Matte /FormType /BBox /Matrix /S /CS /I /K /G /BC /TR /BaseFont /Name /FirstChar
/LastChar /Widths /FontDescriptor /Encoding /ToUnicode /DescendantFonts /W /DW /W2 /DW2 /CIDSystemInfo
/Registry /Ordering /Supplement /CIDToGIDMap /FontFile /FontFile2 /FontFile3 /FontName /FontFamily
/FontStretch /FontWeight /Flags /FontBBox /ItalicAngle /Ascent /Descent /Leading /CapHeight /XHeight /StemV
/StemH /AvgWidth /MaxWidth /MissingWidth /CharSet /CIDSet /Style /Panose /FontMatrix /CharProcs /Differences
/BaseEncoding /Length1 /Length2 /Length3 /CMapName /UseCMap /WMode /PatternType /PaintType /TilingType /XStep
/YStep /ShadingType /Background /AntiAlias /Domain /Function /Extend /Coords /BitsPerCoordinate /BitsPerFlag
/VerticesPerRow /FunctionType /Range /Size /Order /Encode /C0 /C1 /N /Functions /Bounds /WhitePoint
/BlackPoint /Gamma /Colorants /Process /MixingHints /Components /Solidities /PrintingOrder /DotGain /LW /LC
/LJ /ML /D /RI /OP /op /OPM /BG /BG2 /UCR /UCR2 /TR2 /HT /FL /SM /SA /BM /CA /ca /AIS /TK /HalftoneType
/HalftoneName /Frequency /Angle /SpotFunction /AccurateScreens /TransferFunction /Predictor /Colors /Columns
/EarlyChange /EndOfLine /EncodedByteAlign /Rows /EndOfBlock /BlackIs1 /DamagedRowsBeforeError /ColorTransform
/JBIG2Globals
"""
_DRAWING = frozenset(_KEYS.split())
_NAMED = frozenset(
    ("/XObject", "/Font", "/ColorSpace", "/Pattern", "/Shading", "/ExtGState", "/CharProcs", "/Colorants")
)
_PAGE = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group")
_PICTURES: dict[str, Callable[[bytes], bytes]] = {
    "/DCTDecode": bare_jpeg,
    "/JPXDecode": bare_jpx,
    "/CCITTFaxDecode": bytes,
    "/JBIG2Decode": bytes,
}
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_DEEPEST = 64
_BOUNDS = (
    "zlib_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "brotli_maximum_output_length",
    "array_based_stream_maximum_output_length",
    "stream_decoding_work_maximum_length",
)


def cleaned_pdf(content: bytes, *, limits: FileLimits) -> bytes:
    """What the pages draw, as a new PDF. Raises PROTECT-033, 034, 036, 037, 038, and what pypdf raises."""
    most = limits.pdf_unpacked_bytes
    bounds = dict.fromkeys(_BOUNDS, most)
    bounds |= {
        "zlib_maximum_recovery_input_length": 65_536,
        "page_tree_maximum_entries": 4 * limits.pdf_pages,
    }
    # jbig2dec would be another program, fed through temporary files
    with apply_configuration(jbig2dec_binary=None, **bounds):  # type: ignore[arg-type]
        return _rebuilt(content, limits)


def _rebuilt(content: bytes, limits: FileLimits) -> bytes:
    reader = PdfReader(io.BytesIO(content), root_object_recovery_limit=1_000)
    if reader.is_encrypted:
        raise refused(36)
    if reader.root_object.get("/NeedsRendering", False):
        raise refused(38)
    if not 0 < len(reader.pages) <= limits.pdf_pages:
        raise refused(37 if reader.pages else 33, expected=f"at most {limits.pdf_pages:,} pages")
    copy = _Copy(limits)
    for page in reader.pages:
        copy.add_page(page)
    return copy.written()


class _Copy:
    """The new file: object 1 is the catalogue, 2 the tree of pages; the others as they are first used."""

    def __init__(self, limits: FileLimits) -> None:
        self.limits = limits
        self.unpacked = 0
        self.objects: list[PdfObject] = [NullObject(), NullObject()]
        self.pages: list[IndirectObject] = []
        self.known: dict[tuple[int, int, bool], IndirectObject] = {}
        self.waiting: deque[tuple[int, PdfObject, bool]] = deque()

    def add_page(self, page: DictionaryObject) -> None:
        plain = DictionaryObject({NameObject(k): page.raw_get(k) for k in _PAGE if k in page})
        drawn_annotations(page, plain)
        number = self._reserved()
        self.pages.append(IndirectObject(number, 0, None))
        self.objects[number - 1] = kept = self._dictionary(plain, False, 0)
        kept[NameObject("/Type")], kept[NameObject("/Parent")] = (
            NameObject("/Page"),
            IndirectObject(2, 0, None),
        )
        while self.waiting:
            number, found, named = self.waiting.popleft()
            if isinstance(found, StreamObject):
                self.objects[number - 1] = self._stream(found)
            else:
                self.objects[number - 1] = self._direct(found, named, 0)

    def written(self) -> bytes:
        """Header, objects, their table and the trailer; the same objects give the same bytes."""
        pages = {
            "/Type": NameObject("/Pages"),
            "/Kids": ArrayObject(self.pages),
            "/Count": NumberObject(len(self.pages)),
        }
        catalogue = {"/Type": NameObject("/Catalog"), "/Pages": IndirectObject(2, 0, None)}
        self.objects[:2] = [
            DictionaryObject({NameObject(k): v for k, v in d.items()}) for d in (catalogue, pages)
        ]
        file, table = io.BytesIO(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), b"0000000000 65535 f \n"
        file.seek(0, io.SEEK_END)
        for number, kept in enumerate(self.objects, 1):
            table += b"%010d 00000 n \n" % file.tell()
            file.write(b"%d 0 obj\n" % number)
            kept.write_to_stream(file)
            file.write(b"\nendobj\n")
        start, size = file.tell(), len(self.objects) + 1
        file.write(b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n" % (size, table, size))
        file.write(b"%d\n%%%%EOF\n" % start)
        return file.getvalue()

    def _reserved(self) -> int:
        if len(self.objects) >= self.limits.pdf_objects:
            raise refused(37, expected=f"at most {self.limits.pdf_objects:,} objects")
        self.objects.append(NullObject())
        return len(self.objects)

    def _copied(self, found: Any, named: bool, depth: int) -> PdfObject:
        """A reference to the copy of what a reference points to; anything else as it is, cleaned."""
        if isinstance(found, StreamObject):
            return self._awaited(found, named)
        if not isinstance(found, IndirectObject):
            return self._direct(found, named, depth)
        target = found.get_object()
        if isinstance(target, IndirectObject) or target is None or isinstance(target, NullObject):
            return NullObject()
        key = (found.idnum, found.generation, named)
        if key not in self.known:
            self.known[key] = self._awaited(target, named)
        return self.known[key]

    def _awaited(self, target: PdfObject, named: bool) -> IndirectObject:
        number = self._reserved()
        self.waiting.append((number, target, named))
        return IndirectObject(number, 0, None)

    def _direct(self, found: Any, named: bool, depth: int) -> PdfObject:
        if depth > _DEEPEST or isinstance(found, StreamObject):
            raise refused(33)
        if isinstance(found, DictionaryObject):
            return self._dictionary(found, named, depth + 1)
        if isinstance(found, ArrayObject):
            return self._array(found, depth + 1)
        if isinstance(found, TextStringObject | ByteStringObject):
            return ByteStringObject(b"" if named else found.original_bytes)
        return found if isinstance(found, PdfObject) else NullObject()

    def _dictionary(self, found: DictionaryObject, named: bool, depth: int) -> DictionaryObject:
        """Only keys that draw; where a page, font or form names its own resources (`named`), all names."""
        kept = DictionaryObject()
        for key, value in found.items():
            if named or key in _DRAWING:
                kept[NameObject(key)] = self._copied(value, not named and key in _NAMED, depth)
        return kept

    def _array(self, found: ArrayObject, depth: int) -> PdfObject:
        """A colour profile tells the scanner or camera: the device's colours take its place."""
        if len(found) == 2 and found[0] == "/ICCBased":
            profile = found[1].get_object()
            return NameObject(_DEVICES[int(profile["/N"])])
        return ArrayObject([self._copied(value, False, depth) for value in found])

    def _stream(self, found: StreamObject) -> StreamObject:
        kept = StreamObject()
        kept.update(self._dictionary(found, False, 0))
        if "/BBox" in kept and "/PatternType" not in kept:
            kept[NameObject("/Subtype")] = NameObject("/Form")
        if kept.get("/Subtype") == "/PS":
            raise refused(33)
        if kept.get("/Subtype") == "/Image":
            self._check_pixels(found)
        content, coded, settings = self._recoded(found)
        if coded:
            kept[NameObject("/Filter")] = NameObject(coded)
        if isinstance(settings, DictionaryObject):
            kept[NameObject("/DecodeParms")] = self._dictionary(settings, False, 0)
        kept.set_data(content)
        return kept

    def _check_pixels(self, found: StreamObject) -> None:
        wide: Any = found["/Width"]
        tall: Any = found["/Height"]
        if int(wide) * int(tall) > self.limits.pixels:
            raise refused(34, expected=f"at most {self.limits.pixels:,} pixels")

    def _recoded(self, found: StreamObject) -> tuple[bytes, str, PdfObject | None]:
        """Content, filter, its settings: unpacked and packed anew, so that nothing rides behind the end."""
        filters, settings = _listed(found.get("/Filter")), _listed(found.get("/DecodeParms"))
        settings += [NullObject()] * (len(filters) - len(settings))
        last = str(filters[-1]) if filters else ""
        if last in _PICTURES:
            packed = self._unpacked(found, filters[:-1], settings[:-1])
            return _PICTURES[last](packed), last, settings[-1]
        if filters == ["/FlateDecode"]:
            return zlib.compress(self._inflated(found._data)), last, settings[0]
        return zlib.compress(self._unpacked(found, filters, settings)), "/FlateDecode", None

    def _inflated(self, packed: bytes) -> bytes:
        """Rows stay predicted as they are, which pypdf would undo in Python."""
        left = self.limits.pdf_unpacked_bytes - self.unpacked
        inflater = zlib.decompressobj()
        return self._counted(inflater.decompress(packed, left + 1))

    def _unpacked(self, found: StreamObject, filters: list[Any], settings: list[Any]) -> bytes:
        if not set(filters) <= {
            "/FlateDecode",
            "/LZWDecode",
            "/ASCII85Decode",
            "/ASCIIHexDecode",
            "/RunLengthDecode",
        }:
            raise refused(33)
        packed = EncodedStreamObject()
        packed._data = found._data
        packed[NameObject("/Filter")], packed[NameObject("/DecodeParms")] = (
            ArrayObject(filters),
            ArrayObject(settings),
        )
        return self._counted(decode_stream_data(packed))

    def _counted(self, content: bytes) -> bytes:
        self.unpacked += len(content)
        if self.unpacked > self.limits.pdf_unpacked_bytes:
            raise refused(37, expected=f"at most {self.limits.pdf_unpacked_bytes:,} bytes when unpacked")
        return content


def _listed(found: Any) -> list[Any]:
    """None, one or an array, references followed."""
    found = found.get_object() if isinstance(found, PdfObject) else found
    if found is None or isinstance(found, NullObject):
        return []
    several: Iterable[Any] = found if isinstance(found, ArrayObject) else [found]
    return [one.get_object() for one in several]
