"""Which stored names sound like the name that was asked for, in whatever script either was written?

A name becomes normalised parts, each part one or two phonetic keys, and those become keyed tokens for a blind
index: the store finds a person by `WHERE token IN (…)` and holds neither name nor key. The consonant skeleton
follows the habits by which Arabic, Cyrillic and Ethiopic names are spelt in English, French, German, Italian,
Turkish and Somali letters; anyascii romanises other scripts. Source: S/2016/949, paragraphs 49 and 51–52.

What it never does: decide that two persons are one (equal sound is a hint, never a proof), keep a name, or
put one into an error. What the index still tells who holds the disk but not the key: how many tokens a record
has, and which records of one bucket share a token. `SPREAD` buckets flatten the frequencies, they do not
remove them; who holds the key can try a list of names.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import NewType

from anyascii import anyascii

from palermo import ProblemWithInput
from palermo.codes.languages import phrase

SPREAD = 64
KEY_BYTES = 32
TOKEN_BYTES = 16

Token = NewType("Token", bytes)

# ---- parts -----------------------------------------------------------------------------------------------

_FOLDED = str.maketrans(
    {
        "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ە": "ه", "ہ": "ه", "ھ": "ه", "ة": "ه", "ۃ": "ه",
        "ک": "ك", "ڪ": "ك", "ۆ": "و", "ۇ": "و", "ۋ": "و", "ء": "", "ـ": "",
    }
)  # fmt: skip
_QUOTES = frozenset("'’‘`´ʼ‛′\"“”")
_ARTICLES = frozenset(("al", "el", "ul", "ال"))
_SUN_ARTICLE = re.compile(r"[aeu](sh|th|dh|[tdrzsn])")
_KUNYA = frozenset(("abu", "abou", "aboo", "abi", "um", "umm", "oum", "ابو", "ابي", "ام", "абу", "умм"))
_SERVANT = re.compile(r"(abd|abdu|abdou|abd[aeu]l|abdoul|عبد|абд|абдул|абдель)$")
_KIN = frozenset(
    ("ibn", "bin", "ben", "bint", "bent", "ould", "oulad", "walad", "wald", "بن", "ابن", "بنت", "ولد")
) | {"ибн", "бин", "бен", "бинт"}
_UNSEEN = frozenset(("Cf", "Cc", "Lm", "Sk", "Me", "Cs", "Co", "Cn"))


def parts(text: str) -> tuple[str, ...]:
    """Normalised parts of a name, in its own script and order; empty if it has no letter or digit.

    Case, diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic, tatweel, quotes and invisible characters
    go; hamza, alef, yeh, kaf and teh marbuta have one form each; any other punctuation parts. Words that lean
    on the next are joined to it: the article (al-Masri is "almasri", ash-Shami "alshami"), a kunya (Abu Bakr,
    "abubakr") and the servant of (Abd al-Rahman, "abdalrahman"). Ibn, bin, bint and their like stay parts of
    their own, on which a query does not insist (`query_tokens`).

    >>> parts("Ahmed ibn Yūsuf al-Masri")
    ('ahmed', 'ibn', 'yusuf', 'almasri')
    >>> parts("أَبُو بَكْر الـــمصريّ") == parts("ابو بكر المصري") == ("ابوبكر", "المصري")
    True
    """
    words = _settled(text).split()
    while (joined := list(_joined(words))) != words:
        words = joined
    return tuple(words)


def _settled(text: str) -> str:
    """The text folded until folding changes nothing: some rare letters need a second round."""
    while (folded := _folded(text)) != text:
        text = folded
    return text


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(_letter(char) for char in unicodedata.normalize("NFD", plain))
    return " ".join(unicodedata.normalize("NFC", letters).translate(_FOLDED).split())


@lru_cache(maxsize=4096)
def _letter(char: str) -> str:
    """What of one decomposed character stays: itself, plain Latin letters, a space, or nothing."""
    kind = unicodedata.category(char)
    if _drops(char, kind):
        return ""
    if kind[0] in "LN" or kind in ("Mn", "Mc"):
        plain = not char.isascii() and unicodedata.name(char, "").startswith("LATIN ")
        return anyascii(char).lower() if plain else char
    return " "


def _drops(char: str, kind: str) -> bool:
    """Quotes, modifier letters, what is invisible, diacritics; vowel signs of Indic scripts are letters."""
    if kind == "Mn":
        weight = unicodedata.combining(char)
        return (
            10 <= weight <= 36
            or weight >= 200
            or char == "\u034f"
            or "VARIATION" in unicodedata.name(char, "")
        )
    return char in _QUOTES or (kind in _UNSEEN and not char.isspace())


def _joined(words: list[str]) -> Iterator[str]:
    """The words, those that lean on the next joined to it."""
    lead = ""
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        if after and (leaning := _leaning(word, after)):
            lead += leaning
        else:
            yield lead + word
            lead = ""


def _leaning(word: str, after: str) -> str:
    if word in _ARTICLES:
        return word if word == "ال" else "al"
    sun = _SUN_ARTICLE.fullmatch(word)
    if sun and after.startswith(sun[1]):
        return "al"
    return word if word in _KUNYA or _SERVANT.match(word) else ""


# ---- sounds ----------------------------------------------------------------------------------------------

# A reading is the codes of the first habit and, after the slash, of the second. Capitals are consonants (T is
# t, d; S is s, z, sh; K is k, q, g, kh, gh); a, h, w, y count only where a part begins; a dot is silent.
_LATIN = """
a:a e:a i:a o:a u:a y:y b:P p:P ph:F f:F v:F/w w:w/F t:T th:T/S d:T dh:T/S z:S s:S ts:S tz:S sch:S sh:S
c:K/a ce:Sa/Ja ci:Sa/Ja cy:Sa ch:S/K cch:K/S tch:S tsch:S cz:S ck:K sc:SK sci:Sa sce:Sa k:K q:K x:KS/h kh:K/h
gh:K g:K ge:Ja/Ka gi:Ja/Ka gy:Ja/Ka j:J/y dj:J dsch:J dzh:J zh:J dg:J l:L r:R m:M n:N h:h
"""
_ARABIC = """
ا:a ع:a و:w ي:y ه:h ح:h ب:P پ:P ف:F ڤ:F ت:T ط:T د:T ض:T ث:T/S ذ:T/S ظ:T/S ز:S س:S ص:S ش:S چ:S تش:S/TS تس:S/TS
خ:K/h غ:K ق:K ك:K گ:K ج:J/K دج:J ژ:J ل:L ر:R م:M ن:N
"""
_CYRILLIC = """
а:a е:a и:a і:a о:a у:a э:a ы:a я:ya ю:ya ъ:. ь:. х:h/K б:P п:P в:F/w ф:F т:T д:T з:S с:S ц:S ч:S ш:S щ:S
г:K/h ґ:K к:K ж:J дж:J л:L р:R м:M н:N
"""


def _readings(*tables: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in " ".join(tables).split():
        spelling, codes = entry.replace(".", "").split(":")
        first, _, second = codes.partition("/")
        yield spelling, (first, second or first)


_SOUNDS = dict(_readings(_LATIN, _ARABIC, _CYRILLIC))
_SPELLING = re.compile("|".join(sorted(map(re.escape, _SOUNDS), key=len, reverse=True)))
_OPENINGS = (
    (re.compile(r"\A(abd|абд)[aeiouеиуэ](?=([tdrzsnтдрзсн])\2|s?sh|r[ae]|ра)"), r"\1al"),
    (re.compile(r"\A(oo|ou|u|у)(?=[aeiаеи])"), "w"),
    (re.compile(r"\A[iи](?=[aouаоу])"), "y"),
    (re.compile(r"\Ax"), "kh"),
)
_VOWEL_Y = re.compile(r"\Ay(?=[A-Z])")
_DOUBLE = re.compile(r"(.)\1+")
_WEAK = str.maketrans("", "", "ahwy")
_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
_HEARD_ARTICLE = re.compile(r"(ال)(?=...)|[ae]l(?=[a-z]{4})|[aeu](?:sh(?=sh..)|([tdrzsn])(?=\2..))")
_SHORT = 2


def sounds(part: str) -> tuple[str, ...]:
    """One or two phonetic keys of a normalised part; none if nothing in it has a sound (digits).

    Two spellings sound alike when they share a key. A key is the consonants in coarse classes, after the
    sound that the part begins with (a vowel, h, w or y); a key of one or two also says whether the part ends
    in a vowel, so that Zaki and Sheikh stay apart. The second key is the other habit (w and ch as in German,
    kh as the h of Turkish, j as y, g as j …) or, where an article leads, the part with the article.

    >>> sounds("mohammed") == sounds("محمد") == sounds("መሐመድ") == ("MMT",)
    True
    >>> sounds("zaki"), sounds("sheikh")
    (('SK+',), ('SK-', 'S+'))
    >>> sounds("youssef"), sounds("josef"), sounds("almasri")
    (('ySF',), ('JSF', 'ySF'), ('MSR', 'aLMSR'))
    """
    article = _HEARD_ARTICLE.match(part)
    whole = _skeletons(part)
    bare = _skeletons(part[article.end() :])[0] if article else ""
    keys = (bare, whole[0]) if len(bare) >= _SHORT else whole
    return tuple(dict.fromkeys(key for key in keys if key))


def _skeletons(part: str) -> tuple[str, str]:
    """The keys of the first and the second habit; empty if nothing sounds."""
    spelt = "".join(char if char in _SOUNDS else anyascii(char).lower() for char in part)
    for opening, plain in _OPENINGS:
        spelt = opening.sub(plain, spelt)
    heard = [_SOUNDS[found] for found in _SPELLING.findall(spelt)]
    doubled = not _ARABIC_LETTER.search(part)
    first, second = ("".join(codes[habit] for codes in heard) for habit in (0, 1))
    bones = _skeleton(first, doubled)
    return bones, bones if first == second else _skeleton(second, doubled)


def _skeleton(codes: str, doubled: bool) -> str:
    """Consonants after the first sound. Latin doubles letters; in Arabic two of a kind are two sounds."""
    single = _VOWEL_Y.sub("a", _DOUBLE.sub(r"\1", codes)) if doubled else codes
    bones = single[:1] + single[1:].translate(_WEAK)
    if not 0 < len(bones) <= _SHORT:
        return bones
    return bones + ("+" if single[1:] and single[-1] in "ahwy" else "-")


# ---- tokens ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What one part of a query may look like in the store, over all buckets."""

    exact: frozenset[Token]
    sound: frozenset[Token]

    @property
    def tokens(self) -> frozenset[Token]:
        """Exact or sound: what `WHERE token IN (…)` asks for when near spellings are wanted."""
        return self.exact | self.sound


def bucket_of(record_id: str) -> int:
    """The bucket of a record, `0 <= bucket < SPREAD`: the same on every machine; no secret."""
    return hashlib.sha256(record_id.encode("utf-8", "surrogatepass")).digest()[0] % SPREAD


def tokens(names: Iterable[str], *, key: bytes, bucket: int) -> frozenset[Token]:
    """What the store keeps for one record: a keyed hash of every part and every sound of all its names.

    16 bytes each, HMAC-SHA-256 cut short (RFC 2104, section 5), over the kind (part or sound), the bucket and
    the text, so that one name looks different in each bucket. Errors: PROTECT-060, PROTECT-061.

    >>> kept = {who: tokens(names, key=bytes(32), bucket=bucket_of(who)) for who, names in {
    ...     "r1": ["Youssef al-Masri"], "r2": ["يوسف المصري", "Abu Omar"], "r3": ["Josef Winter"]}.items()}
    >>> asked = query_tokens("Yusuf Masri", key=bytes(32))
    >>> sorted(who for who, rows in kept.items() if all(part.tokens & rows for part in asked))
    ['r1', 'r2']
    """
    if not 0 <= bucket < SPREAD:
        raise ProblemWithInput(
            phrase("PROTECT-061: a bucket is a number from 0 to {last}; use bucket_of", last=SPREAD - 1)
        )
    told = {part for name in names for part in parts(name)}
    heard = {sound for part in told for sound in sounds(part)}
    token = _hashing(key)
    return frozenset(
        {token(b"exact", bucket, part) for part in told} | {token(b"sound", bucket, sound) for sound in heard}
    )


def query_tokens(text: str, *, key: bytes) -> tuple[Part, ...]:
    """For each part asked for, its tokens over all buckets; a record fits if it has one of every part.

    Ibn, bin, bint and their like are left out unless nothing else was asked. Empty if the text has no letter
    or digit: then nothing was asked, and nothing is to be found. Errors: PROTECT-060.
    """
    token = _hashing(key)

    def spread(kind: bytes, texts: Iterable[str]) -> frozenset[Token]:
        return frozenset(token(kind, bucket, text) for text in texts for bucket in range(SPREAD))

    return tuple(Part(spread(b"exact", [part]), spread(b"sound", sounds(part))) for part in _asked(text))


def _asked(text: str) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(parts(text)))
    return tuple(part for part in told if part not in _KIN) or told


def _hashing(key: bytes) -> Callable[[bytes, int, str], Token]:
    if len(key) < KEY_BYTES:
        raise ProblemWithInput(
            phrase("PROTECT-060: an index key has at least {least} bytes; take the vault's", least=KEY_BYTES)
        )

    def token(kind: bytes, bucket: int, text: str) -> Token:
        told = b"palermo/names/1/" + kind + bytes([bucket]) + text.encode()
        return Token(hmac.digest(key, told, "sha256")[:TOKEN_BYTES])

    return token


# ---- agreement -------------------------------------------------------------------------------------------


class Degree(StrEnum):
    """How one part that was asked for was found."""

    EXACT = "exact"
    SOUND = "sound"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True, order=True)
class Agreement:
    """How well an opened name agrees with what was asked: 0 to 1, and why, part by part."""

    score: float
    because: tuple[Degree, ...]

    @property
    def whole(self) -> bool:
        """Every part that was asked for is there, at least by sound: what the index promised."""
        return bool(self.because) and not {Degree.PARTIAL, Degree.NONE} & set(self.because)


def agree(query: str, names: Iterable[str]) -> Agreement:
    """How well the best of the names agrees: the mean over the parts asked, each found once, in any order.

    Exact counts 1; the same sound 0.6, and up to 0.3 more for the same letters; a beginning of three letters
    or more, or one sound of three or more that differs, 0.3. For ranking, never for deciding who is who.

    >>> agree("Yusuf Masri", ["Amina", "Yusuf al-Masri"]).because
    (<Degree.EXACT: 'exact'>, <Degree.SOUND: 'sound'>)
    >>> agree("Yusuf", ["Amina"])
    Agreement(score=0.0, because=(<Degree.NONE: 'none'>,))
    """
    asked = _asked(query)
    return max((_agreement(asked, parts(name)) for name in names), default=_agreement(asked, ()))


def _agreement(asked: tuple[str, ...], told: tuple[str, ...]) -> Agreement:
    left, found = list(told), []
    for part in asked:
        worth, degree, place = max(
            ((*_compared(part, other), -place) for place, other in enumerate(left)),
            default=(0.0, Degree.NONE, 0),
        )
        if degree is not Degree.NONE:
            left.pop(-place)
        found.append((worth, degree))
    score = sum(worth for worth, _ in found) / len(found) if found else 0.0
    return Agreement(score, tuple(degree for _, degree in found))


def _compared(part: str, other: str) -> tuple[float, Degree]:
    if part == other:
        return 1.0, Degree.EXACT
    heard, said = sounds(part), sounds(other)
    if set(heard) & set(said):
        return 0.6 + 0.3 * SequenceMatcher(None, anyascii(part), anyascii(other)).ratio(), Degree.SOUND
    if _begins(part, other) or any(_near(one, two) for one in heard for two in said):
        return 0.3, Degree.PARTIAL
    return 0.0, Degree.NONE


def _begins(part: str, other: str) -> bool:
    return min(len(part), len(other)) >= 3 and (other.startswith(part) or part.startswith(other))


def _near(one: str, two: str) -> bool:
    """Two keys of three sounds or more that differ in one sound: another, one more, or one less."""
    if min(len(one), len(two)) < 3 or {one[-1], two[-1]} & {"+", "-"}:
        return False
    same = _alike(one, two)
    end = _alike(one[same:][::-1], two[same:][::-1])
    return max(len(one), len(two)) - same - end <= 1


def _alike(one: str, two: str) -> int:
    """How many letters the two begin with alike."""
    pairs = zip(one, two, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))
