"""How is something long sealed, piece by piece, so that it never has to be in memory or on disk as a whole?

The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) over AES-256-GCM, one key per
stream: the nonce is the number of the piece and whether it is the last, so that pieces cannot be cut off,
swapped or repeated. Never reuse a key for a second stream.
"""

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from palermo.protect.envelope import FORMAT, Broken, Place

PIECE = 256 * 1024
TAG = 16


def seal_pieces(clear: Iterable[bytes], *, key: bytes, place: Place) -> Iterator[bytes]:
    """Sealed pieces of at most `PIECE` bytes of content each; at least one, also of nothing.

    >>> place = Place("organisation", "record", "file")
    >>> sealed = seal_pieces([b"in", b"vented"], key=bytes(32), place=place)
    >>> b"".join(open_pieces(sealed, key=bytes(32), place=place))
    b'invented'
    """
    cipher, told = AESGCM(key), place.told()
    for number, piece, last in _marked(_even(clear)):
        yield FORMAT + cipher.encrypt(_nonce(number, last), piece, told)


def open_pieces(sealed: Iterable[bytes], *, key: bytes, place: Place) -> Iterator[bytes]:
    """The content, piece by piece; raises `Broken` at the first piece that is not as it was sealed.

    Whoever writes pieces on before the end must take them back when the error comes.
    """
    cipher, told, ended = AESGCM(key), place.told(), False
    for number, piece, last in _marked(sealed):
        ended = last
        if bytes(piece[:1]) != FORMAT:
            raise Broken
        try:
            yield cipher.decrypt(_nonce(number, last), bytes(piece[1:]), told)
        except InvalidTag:
            raise Broken from None
    if not ended:
        raise Broken


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + (b"\x01" if last else b"\x00")


def _even(clear: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of `PIECE` bytes, the last one shorter or empty."""
    held = bytearray()
    for part in clear:
        held += part
        while len(held) > PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    yield bytes(held)


def _marked(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Each piece with its number, and whether it is the last."""
    each = iter(pieces)
    number, held = 0, next(each, None)
    while held is not None:
        following = next(each, None)
        yield number, held, following is None
        number, held = number + 1, following
