"""How does a file leave the server, so that only those for whom it was made can read it?

Exports and backups. A line that says what it is, one header line (JSON: kind, when it was made, and the
file's random key sealed to each recipient: a passphrase by Argon2id, RFC 9106, or a public key by HPKE, RFC
9180), then the pieces of `protect/streams.py`, each after its length. The digest of the header is associated
data of every piece, so that no header fits another file. Format: docs/reference/sealed-files.md. Never
here: content in a header, a file held whole in memory. Who made a file is not proven by it.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Literal

from msgspec import MsgspecError, Struct, json

from palermo import ProblemWithInput
from palermo.codes.languages import phrase
from palermo.codes.policies import policy
from palermo.protect.envelope import KEY_BYTES, Broken, Place, open_from, open_sealed, seal, seal_to
from palermo.protect.keys import SALT, fingerprint, pair_of, stretched
from palermo.protect.recovery import READ_AS, SIGNS
from palermo.protect.streams import PIECE, TAG, open_pieces, seal_pieces

MAGIC = b"PALERMO-SEALED-1\n"
LONGEST_HEADER = 256 * 1024
MOST_PASSPHRASES = 4
LENGTH = 4
LONGEST_PIECE = 1 + PIECE + TAG
GROUP, GROUPS = 4, 5


class Recipient(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One who can open the file: by a passphrase (`salt`, `since`) or by a key (its `fingerprint`)."""

    how: Literal["passphrase", "key"]
    sealed: bytes
    salt: bytes = b""
    since: date | None = None
    fingerprint: str = ""


class Header(Struct, frozen=True, kw_only=True):
    """What a sealed file says of itself to anybody."""

    kind: str
    made: datetime
    recipients: tuple[Recipient, ...]


class NoSealedFile(ProblemWithInput):
    """It does not begin as a sealed file does."""

    def __init__(self) -> None:
        super().__init__("PROTECT-020: this is no file sealed by Palermo, or its beginning was altered")


class NotForThisKey(ProblemWithInput):
    """None of its recipients is who tries to open it."""

    def __init__(self) -> None:
        super().__init__(
            "PROTECT-021: this passphrase or key does not open the file; compare it with what you were given"
        )


class CutOrAltered(ProblemWithInput):
    """The content is not as it was sealed; what was read of it before must be thrown away."""

    def __init__(self) -> None:
        super().__init__(
            "PROTECT-022: the file was cut off or altered; nothing of it can be trusted. Take another copy"
        )


def new_passphrase() -> str:
    """A generated passphrase of 100 random bits, in groups that can be read over the phone.

    >>> len(new_passphrase().split("-")), same_signs("olll 0000 zzzz-ZZZZ-abcd")
    (5, '0111-0000-ZZZZ-ZZZZ-ABCD')
    """
    return _grouped("".join(SIGNS[byte & 31] for byte in os.urandom(GROUP * GROUPS)))


def same_signs(passphrase: str) -> str:
    """A generated passphrase however it was typed (small letters, spaces, O for 0); any other as it is."""
    signs = "".join(sign for sign in passphrase.upper().translate(READ_AS) if sign not in " -")
    return _grouped(signs) if len(signs) == GROUP * GROUPS and set(signs) <= set(SIGNS) else passphrase


def seal_file(
    pieces: Iterable[bytes],
    *,
    kind: str,
    made: datetime,
    passphrases: Sequence[str] = (),
    keys: Sequence[bytes] = (),
) -> Iterator[bytes]:
    """The sealed file, part by part, for everybody who has one of the passphrases, or the private half of
    one of the public keys.

    Raises `ProblemWithInput`: PROTECT-023 where nobody could open it, PROTECT-024 for a thousand recipients.

    >>> from datetime import UTC, datetime
    >>> given, words = datetime(2026, 1, 1, tzinfo=UTC), "four words not together"
    >>> sealed = b"".join(seal_file([b"in", b"vented"], kind="export", made=given, passphrases=[words]))
    >>> header(sealed).kind, b"".join(open_file([sealed], passphrase=words))
    ('export', b'invented')
    """
    if not (passphrases or keys) or len(passphrases) > MOST_PASSPHRASES:
        raise ProblemWithInput(
            phrase(
                "PROTECT-023: a sealed file is for somebody: 1 to {most} passphrases, or public keys",
                most=MOST_PASSPHRASES,
            )
        )
    file_key, made = os.urandom(KEY_BYTES), made.astimezone(UTC)
    place = _key_place(kind, made)
    by_words = [_for_passphrase(words, file_key, place, made.date()) for words in passphrases]
    by_keys = [_for_key(public, file_key, place) for public in keys]
    line = json.encode(Header(kind=kind, made=made, recipients=(*by_words, *by_keys)), order="sorted") + b"\n"
    if len(line) > LONGEST_HEADER:
        raise ProblemWithInput("PROTECT-024: too many recipients for one file; make one file for each group")
    return _written(line, seal_pieces(pieces, key=file_key, place=_content_place(line)))


def header(first: bytes) -> Header:
    """What the file says of itself, from its beginning; raises `NoSealedFile`."""
    return _header(_Parts([first]).header_line())


def open_file(parts: Iterable[bytes], *, passphrase: str = "", private: bytes = b"") -> Iterator[bytes]:
    """The content, piece by piece, with a passphrase or a private key of 32 bytes.

    Raises `NoSealedFile`, `NotForThisKey`, and `CutOrAltered`, maybe only at the end: whoever writes
    pieces on must take them back then.
    """
    reading = _Parts(parts)
    line = reading.header_line()
    file_key = _file_key(_header(line), passphrase=passphrase, private=private)
    try:
        yield from open_pieces(reading.pieces(), key=file_key, place=_content_place(line))
    except Broken:
        raise CutOrAltered from None


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def _key_place(kind: str, made: datetime) -> Place:
    return Place("sealed file", f"{kind} {made.astimezone(UTC).isoformat()}", "file key")


def _content_place(line: bytes) -> Place:
    return Place("sealed file", hashlib.sha256(MAGIC + line).hexdigest(), "content")


def _for_passphrase(words: str, file_key: bytes, place: Place, on: date) -> Recipient:
    salt, since = os.urandom(SALT), policy("vault", on=on).since
    key = stretched(same_signs(words), salt=salt, since=since)
    return Recipient(how="passphrase", salt=salt, since=since, sealed=seal(file_key, key=key, place=place))


def _for_key(public: bytes, file_key: bytes, place: Place) -> Recipient:
    sealed = seal_to(public, file_key, place=place)
    return Recipient(how="key", fingerprint=fingerprint(public), sealed=sealed)


def _written(line: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield MAGIC + line
    for piece in pieces:
        yield len(piece).to_bytes(LENGTH) + piece


def _header(line: bytes) -> Header:
    try:
        told = json.decode(line, type=Header)
    except (MsgspecError, UnicodeError):
        raise NoSealedFile from None
    plain = told.kind.replace("-", "").isalnum() and told.kind.isascii() and told.made.tzinfo
    if not plain or sum(one.how == "passphrase" for one in told.recipients) > MOST_PASSPHRASES:
        raise NoSealedFile
    return told


def _file_key(told: Header, *, passphrase: str, private: bytes) -> bytes:
    place = _key_place(told.kind, told.made)
    for one in told.recipients:
        try:
            if private and one.fingerprint == fingerprint(pair_of(private).public):
                return open_from(private, one.sealed, place=place)
            if passphrase and one.since:
                key = stretched(same_signs(passphrase), salt=one.salt, since=one.since)
                return open_sealed(one.sealed, key=key, place=place)
        except (Broken, ProblemWithInput, ValueError):  # another one's; or altered: no such day, a short salt
            continue
    raise NotForThisKey


class _Parts:
    """Parts of any size, read as a header line and pieces; holds no more than one of each."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts, self.held = iter(parts), bytearray()

    def header_line(self) -> bytes:
        if self._take(len(MAGIC)) != MAGIC:
            raise NoSealedFile
        searched = 0
        while (end := self.held.find(b"\n", searched)) < 0:
            searched = len(self.held)
            if searched > LONGEST_HEADER or not self._more():
                raise NoSealedFile
        return self._take(end + 1)

    def pieces(self) -> Iterator[bytes]:
        while size := self._take(LENGTH):
            length = int.from_bytes(size)
            piece = self._take(length) if length <= LONGEST_PIECE else b""
            if len(size) != LENGTH or not piece or len(piece) != length:
                raise CutOrAltered
            yield piece

    def _take(self, size: int) -> bytes:
        """The next bytes; fewer where the file ends."""
        while len(self.held) < size and self._more():
            pass
        taken = bytes(self.held[:size])
        del self.held[:size]
        return taken

    def _more(self) -> bool:
        part = next(self.parts, None)
        self.held += part or b""
        return part is not None
