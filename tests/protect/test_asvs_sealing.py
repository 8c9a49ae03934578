"""Does sealing do what OWASP ASVS 5.0, chapter 11, asks of cryptography? Algorithms, sizes, chance."""

import ast
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hpke import Suite
from hypothesis import given, settings
from hypothesis import strategies as st

from palermo.codes.policies import policy
from palermo.protect import envelope, keys, recovery
from palermo.protect.envelope import Broken, Place

PLACE = Place("organisation", "record", "field", 1)
TODAY = date(2026, 11, 1)
KNOWN = {
    "AEAD", "AESGCM", "Argon2id", "Ed25519PrivateKey", "Ed25519PublicKey", "HKDF", "KDF", "KEM",
    "SHA256", "Suite", "X25519PrivateKey", "X25519PublicKey",
}  # fmt: skip
OTHERS = {"Crypto", "nacl", "Cryptodome", "pycryptodome", "pyaes", "rsa", "ecdsa", "M2Crypto", "random"}


def test_primitives_come_from_one_library_and_are_named() -> None:
    """AES-256-GCM, X25519 and HKDF-SHA256 by HPKE (RFC 9180), Argon2id, Ed25519: nothing of our own."""
    assert isinstance(envelope.SUITE, Suite)
    source = Path(envelope.__file__).read_text("utf-8")
    assert "Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)" in source
    found: set[str] = set()
    for path in Path(envelope.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography.hazmat"):
                found |= {one.name for one in node.names}
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert not {name.partition(".")[0] for name in named} & OTHERS, path.name
    assert found <= KNOWN
    assert {"AESGCM", "X25519PrivateKey", "Argon2id"} <= found, "the control"


def test_keys_salts_and_codes_have_128_bits_and_more() -> None:
    pair = keys.new_pair()
    made = envelope.new_data_key(pair.public, place=PLACE)
    assert (len(made.clear), len(pair.private), len(pair.public)) == (32, 32, 32)
    assert envelope.NONCE == 12
    assert min(keys.SALT, recovery.SECRET, len(recovery.new_recovery())) >= 16


@given(st.binary(max_size=60), st.data())
@settings(max_examples=60, deadline=None)
def test_a_changed_bit_or_place_opens_nothing(clear: bytes, data: st.DataObject) -> None:
    key = bytes(range(32))
    sealed = envelope.seal(clear, key=key, place=PLACE)
    assert envelope.open_sealed(sealed, key=key, place=PLACE) == clear, "the control"
    at, bit = data.draw(st.integers(0, len(sealed) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(sealed)
    changed[at] ^= 1 << bit
    for wrong, where in (
        (bytes(changed), PLACE),
        (sealed[:-1], PLACE),
        (sealed, PLACE._replace(record="other")),
    ):
        with pytest.raises(Broken):
            envelope.open_sealed(wrong, key=key, place=where)
    with pytest.raises(Broken):
        envelope.open_sealed(sealed, key=bytes(32), place=PLACE)


def test_a_data_key_opens_with_its_own_pair_and_place_only() -> None:
    pair, other = keys.new_pair(), keys.new_pair()
    made = envelope.new_data_key(pair.public, place=PLACE)
    assert envelope.open_data_key(made.sealed, private=pair.private, place=PLACE) == made.clear, "the control"
    for private, place in ((other.private, PLACE), (pair.private, PLACE._replace(key=2))):
        with pytest.raises(Broken):
            envelope.open_data_key(made.sealed, private=private, place=place)
    changed = bytearray(made.sealed)
    changed[-1] ^= 1
    with pytest.raises(Broken):
        envelope.open_data_key(bytes(changed), private=pair.private, place=PLACE)


def test_the_same_is_never_sealed_alike() -> None:
    key = bytes(range(32))
    sealed = {envelope.seal(b"invented", key=key, place=PLACE) for _ in range(500)}
    assert len({one[1 : 1 + envelope.NONCE] for one in sealed}) == 500
    pair = keys.new_pair()
    assert len({envelope.new_data_key(pair.public, place=PLACE) for _ in range(100)}) == 100


def test_passphrases_are_stretched_as_rfc_9106_asks_and_the_strength_is_dated() -> None:
    """Its second recommended option at least; a key keeps the parameters of its day."""
    held = policy("vault", on=TODAY)
    assert held.value["memory_kib"] >= 64 * 1024
    assert held.value["passes"] >= 3
    kept = keys.wrap(keys.new_pair(), passphrase="four words not together", place=PLACE, on=TODAY)
    assert kept.since == held.since
    with pytest.raises(keys.WrongPassphrase):
        keys.unwrap(kept, passphrase="four words not togethe", place=PLACE)


def test_every_sealed_value_names_its_format_and_another_is_refused() -> None:
    """So that algorithms can change: a new format gets a new first byte."""
    key = bytes(range(32))
    sealed = envelope.seal(b"invented", key=key, place=PLACE)
    assert sealed[:1] == envelope.FORMAT
    with pytest.raises(Broken):
        envelope.open_sealed(b"\x02" + sealed[1:], key=key, place=PLACE)


def test_no_text_form_shows_a_key() -> None:
    pair = keys.new_pair()
    made = envelope.new_data_key(pair.public, place=PLACE)
    for secret, shown in ((pair.private, repr(pair)), (made.clear, repr(made))):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
