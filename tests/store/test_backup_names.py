"""Can a forged backup bring SQL in as the name of a table, or a path as the name of a key file?"""

import pytest

from palermo.store.backup_frames import Ending, Manifest, NotUnderstood, Table, manifest_of, packed, unpacked


def manifest(name: str, column: str, key: str = "record-key") -> Manifest:
    return Manifest(version="1", made="x", migrations=(), tables=(Table(name, (column,)),), keys={key: b""})


def sent(one: Manifest) -> Manifest:
    return manifest_of(unpacked(packed([one, Ending({}, {})])))


@pytest.mark.parametrize(
    "name",
    [
        'x"; DROP TABLE store_user; --',
        '"x"',
        "X",
        "",
        "store_user\n",
        "a b",
        "x" * 64,
        "store_ūser",
        "../x",
        "1x",
    ],
)
def test_a_name_that_is_no_plain_name_is_not_understood(name: str) -> None:
    plain = manifest("store_user", "public_id")
    assert sent(plain) == plain, "the control"
    for forged in (manifest(name, "public_id"), manifest("store_user", name)):
        with pytest.raises(NotUnderstood):
            sent(forged)


@pytest.mark.parametrize(
    "name", ["../record-key", "/etc/cron.d/x", "", ".", "..", "a/b", "a\\b", "key\n", "-key"]
)
def test_a_key_file_outside_the_new_home_is_not_understood(name: str) -> None:
    with pytest.raises(NotUnderstood):
        sent(manifest("store_user", "public_id", name))
