"""Does a planted text lie in some bytes, in any form in which a program may have written it?

Texts of one kind share a mark, their beginning. Each form of a text (an encoding, base64 at one of three
alignments, another case) begins with the same form of its mark, so that looking for a few marks looks for all
texts: quick in plain Python. A mark whose rest was cut off is found, too.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple
from urllib.parse import quote

ALPHABETS = {
    "Latn": ("Qzuvakwy", "abcdefghijklmnoprstuvz"),
    "Arab": ("قظغضثذصش", "بتجحخدرزسطعفكلمنهوي"),
    "Cyrl": ("Щфжыцэйъ", "абвгдезиклмнопрстуя"),
}
VILLAGE = ("Wadjyxqo", "abcdefghijklmnoprstuvz")


class Hit(NamedTuple):
    """A text that was found; where only its mark was, the mark."""

    text: str
    at: int
    whole: bool


def texts(number: int, mark: str, letters: str, *, rng: Random) -> list[str]:
    """So many different words that begin with the mark."""
    made: dict[str, None] = {}
    while len(made) < number:
        made[mark + "".join(rng.choices(letters, k=7))] = None
    return list(made)


def in_base64(text: str, shift: int) -> bytes:
    """The characters of base64 that stand for this text alone, after `shift` other bytes."""
    plain = text.encode()
    whole = b64encode(b"\0" * shift + plain)
    return whole[-(-8 * shift // 6) : 8 * (shift + len(plain)) // 6]


FORMS = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "escaped": lambda text: text.encode("ascii", "backslashreplace"),
    "in an address": lambda text: quote(text).encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    **{f"base64 after {n}": lambda text, n=n: in_base64(text, n) for n in range(3)},
}
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")
LOOKED_FOR = [*product(FORMS, [str]), *product(ENCODINGS, [str.lower, str.upper])]


class Hunt:
    """Looks for texts of one kind. `cut`: is a mark alone a find?"""

    def __init__(self, wanted: Iterable[str], *, mark: int, cut: bool = True) -> None:
        self.cut = cut
        self.starts: dict[bytes, str] = {}
        self.whole: dict[bytes, str] = {}
        for text, (form, case) in product(wanted, [(FORMS[name], case) for name, case in LOOKED_FOR]):
            self.whole[form(case(text))] = text
            self.starts[form(case(text)[:mark])] = text[:mark]
        lengths: dict[bytes, set[int]] = {start: set() for start in self.starts}
        for form in self.whole:
            for start in (form[:size] for size in range(len(form))):
                if start in lengths:
                    lengths[start].add(len(form))
        self.lengths = {start: sorted(sizes, reverse=True) for start, sizes in lengths.items()}

    def hits(self, content: bytes) -> Iterator[Hit]:
        for start, mark in self.starts.items():
            at = content.find(start)
            while at >= 0:
                found = (content[at : at + size] for size in self.lengths[start])
                text = next((self.whole[each] for each in found if each in self.whole), None)
                if text or self.cut:
                    yield Hit(text or mark, at, text is not None)
                at = content.find(start, at + 1)

    def found(self, content: bytes) -> set[str]:
        return {hit.text for hit in self.hits(content)}


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, by its path below the folder; its name is part of what is searched."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            name = str(path.relative_to(folder))
            yield name, name.encode() + b"\n" + path.read_bytes()
