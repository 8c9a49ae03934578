"""What do a page's annotations and form fields show? It becomes part of the page; what they do is gone.

Source: ISO 32000-1:2008, sections 12.5.5 (appearance streams, algorithm 8.1) and 12.7. Links, pop-ups,
hidden annotations and annotations without an appearance are not drawn; a field with an answer that no
appearance shows, and written text without one, are refused, because they would be lost.
"""

from itertools import count
from typing import Any

from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    StreamObject,
    TextStringObject,
)

from palermo.protect.accepting import refused

_UNSEEN = 2 | 32  # hidden, not viewed
_CEILING = 20


def drawn_annotations(page: DictionaryObject, plain: DictionaryObject) -> None:
    """Adds what the annotations of `page` show to the contents of `plain`. Raises PROTECT-038."""
    shown = []
    for annotation in _listed(page.get("/Annots")):
        if isinstance(annotation, DictionaryObject) and not int(annotation.get("/F", 0)) & _UNSEEN:
            appearance = _appearance(annotation)
            if appearance is not None:
                shown.append((annotation, appearance))
            elif _tells(annotation):
                raise refused(38)
    if shown:
        _draw(plain, shown)


def _listed(found: Any) -> list[Any]:
    found = found.get_object() if found is not None else None
    return [one.get_object() for one in found] if isinstance(found, ArrayObject) else []


def _appearance(annotation: DictionaryObject) -> IndirectObject | None:
    """A reference to the stream that draws the annotation in its present state."""
    looks = annotation.get("/AP", NullObject()).get_object()
    if annotation.get("/Subtype") == "/Popup" or not isinstance(looks, DictionaryObject) or "/N" not in looks:
        return None
    normal = looks.raw_get("/N")
    states = normal.get_object()
    if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
        state = annotation.get("/AS", NameObject("/Off"))
        normal = states.raw_get(state) if state in states else None
    usable = isinstance(normal, IndirectObject) and isinstance(normal.get_object(), StreamObject)
    return normal if usable else None


def _tells(annotation: DictionaryObject) -> bool:
    """Does it hold words that a viewer would show, and that would be lost?"""
    if annotation.get("/Subtype") == "/FreeText":
        return True
    field: Any = annotation if annotation.get("/Subtype") == "/Widget" else None
    for _ in range(_CEILING):
        if not isinstance(field, DictionaryObject):
            return False
        answer = field.get("/V")
        if answer is not None:
            return isinstance(answer.get_object(), TextStringObject) and bool(answer.get_object())
        field = field.get("/Parent", NullObject()).get_object()
    return False


def _draw(plain: DictionaryObject, shown: list[tuple[DictionaryObject, IndirectObject]]) -> None:
    resources = DictionaryObject(plain.get("/Resources", DictionaryObject()).get_object().items())
    pictures = resources.get("/XObject", DictionaryObject()).get_object()
    pictures = DictionaryObject(pictures.items())
    calls = ["\nQ"]
    unused = (name for number in count() if (name := f"/Shown{number}") not in pictures)
    for annotation, appearance in shown:
        name = next(unused)
        pictures[NameObject(name)] = appearance
        calls.append(f"q {_placed(annotation, appearance.get_object())} cm {name} Do Q")
    resources[NameObject("/XObject")] = pictures
    plain[NameObject("/Resources")] = resources
    plain[NameObject("/Contents")] = ArrayObject(
        [_instructions("q\n"), *_references(plain), _instructions("\n".join(calls) + "\n")]
    )


def _references(plain: DictionaryObject) -> list[Any]:
    if "/Contents" not in plain:
        return []
    contents = plain.raw_get("/Contents")
    several = contents.get_object()
    return list(several) if isinstance(several, ArrayObject) else [contents]


def _instructions(text: str) -> StreamObject:
    stream = StreamObject()
    stream.set_data(text.encode("ascii"))
    return stream


def _placed(annotation: DictionaryObject, appearance: Any) -> str:
    """The matrix that fits the appearance's box into the annotation's rectangle (algorithm 8.1)."""
    rectangle: Any = annotation["/Rect"]
    left, low, right, high = _box([float(x) for x in rectangle])
    box = _box([float(x) for x in appearance["/BBox"]])
    a, b, c, d, e, f = (float(x) for x in appearance.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    corners = [(x, y) for x in box[::2] for y in box[1::2]]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    wide, tall = max(across) - min(across), max(up) - min(up)
    x, y = (right - left) / wide if wide else 1.0, (high - low) / tall if tall else 1.0
    return f"{x:.5f} 0 0 {y:.5f} {left - min(across) * x:.5f} {low - min(up) * y:.5f}"


def _box(corners: list[float]) -> tuple[float, float, float, float]:
    x, y, u, v = corners
    return min(x, u), min(y, v), max(x, u), max(y, v)
