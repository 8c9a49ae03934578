"""The letters of documents are in one font: brackets and digits beside Arabic, what directs text, Chinese."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent.parent
FONTS = ROOT / "palermo/plots/built/fonts"
SHOWN = "Aé№Жع؟()[]<5 1\u00a0352\u202f–—→≤«»٪\u2066\u2069\u200f"


@pytest.mark.parametrize(
    ("file", "weight"), [("PalermoSans-Regular.ttf", 400), ("PalermoSans-Bold.ttf", 700)]
)
def test_one_font_holds_latin_cyrillic_arabic_and_what_directs_them(file, weight):
    font = TTFont(FONTS / file)
    held = font.getBestCmap()
    assert [f"U+{ord(sign):04X}" for sign in SHOWN if ord(sign) not in held] == []
    assert font["name"].getDebugName(1) == "Palermo Sans"
    assert font["OS/2"].usWeightClass == weight
    widths = font["hmtx"].metrics
    assert all(widths[held[unseen]][0] == 0 for unseen in (0x2066, 0x2067, 0x2069, 0x200F))
    assert 0 < widths[held[0x202F]][0] < widths[held[0x20]][0]
    assert widths[held[ord("→")]][0] > 0


def test_arabic_letters_join():
    font = TTFont(FONTS / "PalermoSans-Regular.ttf")
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"init", "medi", "fina", "rlig"} <= features


def test_every_sign_of_our_lists_and_translations_can_be_set():
    held = {code for file in FONTS.glob("*.ttf") for code in TTFont(file).getBestCmap()}
    said = [*ROOT.glob("palermo/codes/lists/*.csv"), *ROOT.glob("palermo/locale/*/LC_MESSAGES/*.po")]
    assert len(said) > 20
    wanted = {character for file in said for character in file.read_text("utf-8") if character.isprintable()}
    assert sorted(f"U+{ord(one):04X} {one}" for one in wanted if ord(one) not in held) == []


def test_chinese_holds_nearly_all_that_gb_2312_holds():
    font = TTFont(FONTS / "PalermoSansSC-Regular.ttf")
    high, low = range(0xB0, 0xF8), range(0xA1, 0xFF)
    common = {one for a in high for b in low for one in bytes([a, b]).decode("gb2312", "ignore")}
    assert len(common) == 6763
    assert sum(ord(one) not in font.getBestCmap() for one in common) <= 33, (
        "Noto's web pieces lack 33 rare ones"
    )
    assert font["name"].getDebugName(1) == "Palermo Sans SC"
