"""Does a sealed file open for its recipients only, whole or not at all, and without ever being in memory?"""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.protect import containers
from palermo.protect.containers import (
    CutOrAltered,
    NoSealedFile,
    NotForThisKey,
    header,
    new_passphrase,
    open_file,
    same_signs,
    seal_file,
)
from palermo.protect.keys import fingerprint, new_pair
from palermo.protect.streams import PIECE
from tests.proof import examples

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAIR, OTHER = new_pair(), new_pair()
WORDS = "four words not together"


def sealed(content: bytes, *, kind: str = "export") -> bytes:
    return b"".join(seal_file([content], kind=kind, made=MADE, keys=[PAIR.public]))


def opened(file: bytes, private: bytes = PAIR.private) -> bytes:
    return b"".join(open_file([file], private=private))


@settings(max_examples=examples(40), deadline=None)
@given(parts=st.lists(st.binary(max_size=700), max_size=5), cut=st.integers(1, 400))
def test_what_was_sealed_comes_out_however_it_is_parted(parts: list[bytes], cut: int) -> None:
    file = b"".join(seal_file(parts, kind="backup", made=MADE, keys=[OTHER.public, PAIR.public]))
    sent = (file[at : at + cut] for at in range(0, len(file), cut))
    assert b"".join(open_file(sent, private=PAIR.private)) == b"".join(parts)


def test_content_of_several_pieces_and_of_exactly_one() -> None:
    for size in (0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE):
        assert opened(sealed(bytes(size))) == bytes(size)


def test_each_recipient_opens_it_and_nobody_else() -> None:
    file = b"".join(
        seal_file([b"invented"], kind="export", made=MADE, passphrases=[WORDS], keys=[PAIR.public])
    )
    assert b"".join(open_file([file], passphrase=WORDS)) == opened(file) == b"invented"
    for wrong in ({"passphrase": WORDS + "!"}, {"private": OTHER.private}, {}):
        with pytest.raises(NotForThisKey, match="PROTECT-021"):
            list(open_file([file], **wrong))


@settings(max_examples=examples(150), deadline=None)
@given(data=st.data())
def test_any_flipped_bit_raises(data: st.DataObject) -> None:
    file = bytearray(sealed(b"invented content"))
    bit = data.draw(st.integers(0, len(file) * 8 - 1))
    file[bit // 8] ^= 1 << bit % 8
    with pytest.raises((NoSealedFile, NotForThisKey, CutOrAltered)):
        opened(bytes(file))


def test_any_flipped_bit_of_the_whole_file_raises() -> None:
    file = sealed(b"invented")
    for at in range(len(file)):
        with pytest.raises((NoSealedFile, NotForThisKey, CutOrAltered)):
            opened(file[:at] + bytes([file[at] ^ 4]) + file[at + 1 :])


def test_any_cut_and_any_addition_raises() -> None:
    file = sealed(b"invented")
    for at in range(len(file)):
        with pytest.raises((NoSealedFile, CutOrAltered)):
            opened(file[:at])
    for more in (b"\0", b"\0\0\0\0", b"\0\0\0\1x", file):
        with pytest.raises(CutOrAltered, match="PROTECT-022"):
            opened(file + more)


def test_pieces_cannot_be_cut_off_or_swapped() -> None:
    file = sealed(bytes(PIECE) + bytes([1]) * PIECE + b"end")
    start = file.index(b"\n", len(containers.MAGIC)) + 1
    size = containers.LENGTH + containers.LONGEST_PIECE
    head, first, second, last = (
        file[:start],
        file[start : start + size],
        file[start + size : start + 2 * size],
        file[start + 2 * size :],
    )
    assert opened(head + first + second + last)
    for altered in (head + first + second, head + first + last, head + second + first + last, head):
        with pytest.raises(CutOrAltered):
            opened(altered)


def test_a_header_fits_no_other_file() -> None:
    one, other = sealed(b"one"), sealed(b"other", kind="backup")
    end_one, end_other = (file.index(b"\n", len(containers.MAGIC)) + 1 for file in (one, other))
    with pytest.raises(CutOrAltered):
        opened(one[:end_one] + other[end_other:])
    with pytest.raises((NotForThisKey, CutOrAltered)):
        opened(one.replace(b'"kind":"export"', b'"kind":"backup"'))
    with pytest.raises((NotForThisKey, CutOrAltered)):
        opened(one.replace(b"2026-03-01", b"2026-03-02"))


def test_a_header_says_kind_date_and_recipients() -> None:
    told = header(sealed(b"invented", kind="backup"))
    assert (told.kind, told.made) == ("backup", MADE)
    assert [(one.how, one.fingerprint) for one in told.recipients] == [("key", fingerprint(PAIR.public))]


@settings(max_examples=examples(60), deadline=None)
@given(
    start=st.sampled_from([b"", containers.MAGIC, containers.MAGIC + b"{}\n"]), rest=st.binary(max_size=200)
)
def test_what_is_no_sealed_file_is_named_so(start: bytes, rest: bytes) -> None:
    with pytest.raises(NoSealedFile, match="PROTECT-020"):
        header(start + rest)


def test_hostile_headers_are_no_sealed_files() -> None:
    words = b'{"how":"passphrase","salt":"AAAA","sealed":"AAAA","since":"2026-01-01"}'
    many = b",".join([words] * 5)
    lines = (
        b'{"kind":"export","made":"2026-03-01T12:00:00Z","recipients":[' + many + b"]}\n",
        b'{"kind":"\\u001b[2J","made":"2026-03-01T12:00:00Z","recipients":[]}\n',
        b'{"kind":"export","made":"2026-03-01T12:00:00","recipients":[]}\n',
        b"x" * (containers.LONGEST_HEADER + 300_000),
    )
    for line in lines:
        with pytest.raises(NoSealedFile):
            header(containers.MAGIC + line)


def test_a_day_without_a_policy_and_a_short_salt_open_nothing() -> None:
    for since, salt in ((b"1926-01-01", b"AAAAAAAAAAAAAAAAAAAAAA=="), (b"2026-01-01", b"AAAA")):
        one = b'{"how":"passphrase","salt":"' + salt + b'","sealed":"AAAA","since":"' + since + b'"}'
        line = b'{"kind":"export","made":"2026-03-01T12:00:00Z","recipients":[' + one + b"]}\n"
        with pytest.raises(NotForThisKey):
            list(open_file([containers.MAGIC + line], passphrase=WORDS))


def test_nobody_to_open_it_is_refused_before_anything_is_written() -> None:
    with pytest.raises(ProblemWithInput, match="PROTECT-023"):
        seal_file([b"invented"], kind="export", made=MADE)
    with pytest.raises(ProblemWithInput, match="PROTECT-023"):
        seal_file([b"invented"], kind="export", made=MADE, passphrases=[WORDS] * 5)
    with pytest.raises(ProblemWithInput, match="PROTECT-024"):
        seal_file([b"invented"], kind="export", made=MADE, keys=[PAIR.public] * 2000)


def test_sealing_and_opening_hold_a_few_pieces_only() -> None:
    """The way from content to content runs ahead by a few pieces, whatever the size of the file."""
    given_out, ahead = itertools.count(), []

    def content() -> Iterator[bytes]:
        for _ in range(64):
            next(given_out)
            yield bytes(PIECE)

    file = seal_file(content(), kind="backup", made=MADE, keys=[PAIR.public])
    for taken, piece in enumerate(open_file(file, private=PAIR.private)):
        ahead.append(given_out.__reduce__()[1][0] - taken)
        assert len(piece) <= PIECE
    assert max(ahead) <= 5


def test_the_content_is_in_no_byte_of_the_file() -> None:
    secret = b"PLANTED-NAME"
    file = sealed(secret * 50_000)
    assert secret not in file
    assert secret in opened(file)


def test_a_generated_passphrase_opens_however_it_is_typed() -> None:
    words = new_passphrase()
    file = b"".join(seal_file([b"invented"], kind="export", made=MADE, passphrases=[words]))
    typed = words.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert b"".join(open_file([file], passphrase=typed)) == b"invented"


def test_generated_passphrases_have_100_bits() -> None:
    made = {new_passphrase() for _ in range(200)}
    assert len(made) == 200
    assert {len(words.replace("-", "")) for words in made} == {20}
    assert set("".join(made)) <= set(containers.SIGNS + "-")


@given(st.text(max_size=30))
def test_same_signs_is_stable_and_leaves_other_passphrases_alone(text: str) -> None:
    assert same_signs(same_signs(text)) == same_signs(text)
    if len(text) < 20:
        assert same_signs(text) == text or len(text.upper()) >= 20
