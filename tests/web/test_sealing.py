"""Sealing of sign-in secrets: opens with the same key and purpose only; altered bytes never open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from palermo.web import sealing


@given(st.binary(max_size=200), st.sampled_from([sealing.FACTOR, sealing.SESSION]))
def test_what_is_sealed_opens_again(plain, purpose):
    sealed = sealing.seal(plain, purpose=purpose)
    assert sealing.unseal(sealed, purpose=purpose) == plain
    assert sealing.seal(plain, purpose=purpose) != sealed


@given(st.text(min_size=8, max_size=60))
def test_text_too_and_it_cannot_be_read(text):
    sealed = sealing.seal_text(text, purpose=sealing.FACTOR)
    assert sealing.unseal_text(sealed, purpose=sealing.FACTOR) == text
    assert text not in sealed


@given(st.binary(min_size=1, max_size=60), st.data())
def test_an_altered_byte_is_refused(plain, data):
    sealed = bytearray(sealing.seal(plain, purpose=sealing.FACTOR))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(sealing.Unreadable, match="WEB-010"):
        sealing.unseal(bytes(sealed), purpose=sealing.FACTOR)


def test_another_purpose_or_another_record_key_is_refused(settings):
    sealed = sealing.seal(b"secret", purpose=sealing.FACTOR)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, purpose=sealing.SESSION)
    settings.RECORD_KEY = bytes(32)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed, purpose=sealing.FACTOR)


@pytest.mark.parametrize("broken", ["", "x", "not base64 at all ü", "AAAA"])
def test_what_was_never_sealed_is_refused_without_quoting_it(broken):
    with pytest.raises(sealing.Unreadable) as refused:
        sealing.unseal_text(broken, purpose=sealing.FACTOR)
    assert not broken or broken not in str(refused.value)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_hidden_name_is_the_same_for_the_same_name_only(one, other):
    assert (sealing.hidden(one) == sealing.hidden(other)) == (one == other)
    assert sealing.hidden(one) != sealing.hidden(one, purpose="another")
