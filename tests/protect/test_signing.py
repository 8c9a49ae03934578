"""Is a signed head the one that left, whole and from a key that is known? Anything else is refused."""

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from palermo import ProblemWithInput
from palermo.protect import signing
from palermo.protect.signing import Head, NoHead, OtherKey

KEY = signing.new_signing_key()
MINE = signing.fingerprint(signing.public_half(KEY))
HEXES = st.text("0123456789abcdef", min_size=64, max_size=64)
HEADS = st.builds(
    Head,
    organisation=st.text("0123456789abcdef", min_size=32, max_size=32),
    number=st.integers(0, 10**17),
    digest=HEXES,
    at=st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "+00:00"),
)


@given(head=HEADS)
def test_what_was_signed_is_what_is_read(head: Head) -> None:
    read = signing.verified(signing.signed(head, private=KEY), trusted=[MINE])
    assert (read.organisation, read.number, read.digest, read.at) == (
        head.organisation, head.number, head.digest, head.at,
    )  # fmt: skip
    assert read.signer == MINE


@given(
    head=HEADS, other=HEADS, field=st.sampled_from(("organisation", "number", "digest", "at", "signature"))
)
def test_no_value_of_a_signed_head_can_be_changed(head: Head, other: Head, field: str) -> None:
    line, told = signing.signed(head, private=KEY), json.loads(signing.signed(other, private=KEY))
    said = json.loads(line)
    changed = json.dumps(said | {field: told[field]})
    if told[field] == said[field]:
        assert signing.verified(changed, trusted=[MINE])
    else:
        with pytest.raises(NoHead):
            signing.verified(changed, trusted=[MINE])


@given(head=HEADS)
def test_another_key_is_named_and_can_be_trusted(head: Head) -> None:
    another = signing.new_signing_key()
    line = signing.signed(head, private=another)
    name = signing.fingerprint(signing.public_half(another))
    with pytest.raises(OtherKey, match=name):
        signing.verified(line, trusted=[MINE])
    assert signing.verified(line, trusted=[MINE, name]).signer == name


def test_putting_another_key_into_a_head_does_not_make_it_whole() -> None:
    head = Head(organisation="0" * 32, number=1, digest="a" * 64, at="2026-11-01T12:00:00.000000+00:00")
    said = json.loads(signing.signed(head, private=KEY))
    said["key"] = signing.public_half(signing.new_signing_key()).hex()
    with pytest.raises(NoHead):
        signing.verified(json.dumps(said), trusted=[MINE])


PIECES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(junk=PIECES, name=st.sampled_from((*signing.SHAPES, "signature")))
def test_anything_else_is_refused_and_not_repeated(junk: Any, name: str) -> None:
    head = Head(organisation="0" * 32, number=1, digest="a" * 64, at="2026-11-01T12:00:00.000000+00:00")
    said = json.loads(signing.signed(head, private=KEY))
    assume(junk != said[name])
    for line in (json.dumps(junk), json.dumps(said | {name: junk}), "[" * 100_000, "\ud800", ""):
        with pytest.raises(ProblemWithInput) as refused:
            signing.all_verified(line, trusted=[MINE])
        assert str(refused.value) == str(NoHead())


def test_a_file_holds_a_head_a_line() -> None:
    heads = [
        Head(organisation="0" * 32, number=n, digest="a" * 64, at="2026-11-01T12:00:00.000000+00:00")
        for n in (1, 2)
    ]
    text = "\r\n".join(signing.signed(head, private=KEY) for head in heads) + "\n\n"
    assert [head.number for head in signing.all_verified(text, trusted=[MINE])] == [1, 2]


def test_a_head_shows_no_private_key() -> None:
    head = Head(organisation="0" * 32, number=1, digest="a" * 64, at="2026-11-01T12:00:00.000000+00:00")
    line = signing.signed(head, private=KEY)
    assert KEY.hex() not in line
    assert signing.public_half(KEY).hex() in line, "the control"
