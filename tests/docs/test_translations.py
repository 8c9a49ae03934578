"""Is a broken translation found, and does filling in refuse it? What translators and `make check` use."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


@pytest.fixture(scope="module")
def tools() -> "Tools":
    """The modules of `docs`, which is a folder of scripts and no package."""
    sys.path.insert(0, str(DOCS))
    try:
        import catalogues
        import extracting
        import glossary
    finally:
        sys.path.remove(str(DOCS))
    return Tools(catalogues, extracting, glossary)


class Tools:
    def __init__(self, catalogues: ModuleType, extracting: ModuleType, glossary: ModuleType) -> None:
        self.catalogues, self.extracting, self.glossary = catalogues, extracting, glossary

    def faults(self, text: object, translation: object, language: str = "fr") -> list[str]:
        entry = Message(text, translation)
        return self.catalogues.faults(entry, language, glossary=self.glossary.Glossary.read())


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("Sign in", "", "missing"),
        ("at most {most} signs", "au plus {plus} signes", "places differ"),
        ("at most {most} signs", "au plus signes", "places differ"),
        ("at most {most} signs", "au plus {most signes", "places differ"),
        ("Asked by %(who)s", "Demandé par %(qui)s", "places differ"),
        ("%(n)s of them", "%(n)s (50 %) d'entre eux", "a single %"),
        ('See <a href="%(to)s">it</a>', "Voir %(to)s", "tags differ"),
        ("STORE-041: choose one", "STORE-14: choisissez", "codes differ"),
        ("run `palermo serve` once", "lancez palermo serve", "words in backquotes differ"),
        ("\nA text\n", "Un texte", "line breaks"),
        ("The presumed victim", "La victime", "glossary: “presumed victim”"),
        ("trafficking in persons", "le trafic illicite", "glossary: “trafficking in persons”"),
        (("{count} day", "{count} days"), ("{count} jour", ""), "needs the forms one, other"),
        (("{count} day", "{count} days"), ("un jour", "{count} jours"), "places differ"),
    ],
)
def test_a_broken_translation_is_found(tools: Tools, text: object, translation: object, fault: str) -> None:
    assert any(fault in found for found in tools.faults(text, translation)), tools.faults(text, translation)


@pytest.mark.parametrize(
    ("text", "translation", "language"),
    [
        ("at most {most} signs", "au plus {most} signes", "fr"),
        ("A presumed victim of trafficking", "Une victime présumée de la traite", "fr"),
        ("The State's status", "حالة الدولة", "ar"),
        (("{count} day", "{count} days"), ("{count}天",), "zh_Hans"),
        (("{count} day", "{count} days"), ("{count} день", "{count} дня", "{count} дней"), "ru"),
        (
            ("{count} day", "{count} days"),
            ("لا أيام", "يوم واحد", "يومان", "{count} أيام", "{count} يوما", "{count} يوم"),
            "ar",
        ),
    ],
)
def test_a_whole_translation_passes(tools: Tools, text: object, translation: object, language: str) -> None:
    assert tools.faults(text, translation, language) == []


def test_a_fuzzy_entry_is_found(tools: Tools) -> None:
    guessed = Message("Sign in", "Se connecter", flags={"fuzzy"})
    assert tools.catalogues.faults(guessed, "fr", glossary=tools.glossary.Glossary(())) == ["fuzzy"]


def test_a_name_of_the_glossary_is_met_as_it_is_written(tools: Tools) -> None:
    """“State” is a country, “state” is not."""
    assert tools.faults("The State", "Le pays") != []
    assert tools.faults("The state of it", "Où il en est") == []


def test_marks_of_all_kinds_are_extracted(tools: Tools) -> None:
    found = {one.text: one for one in tools.extracting.messages()}
    for text in (
        "Skip to the content",  # a template
        "The file is empty.",  # problems.csv
        "builds tables from coded cases",  # rights.toml
        "Detected trafficking victims by sex and age",  # put together by the report step
        "STORE-041: this label does not wait; choose one of the list",  # an error
        "at most {most} bytes",  # phrase()
        "{first} to {last}",  # Language.said()
        "a year",  # a fault of a record
    ):
        assert text in found, text
    assert found["{count} month"].plural == "{count} months"
    assert tools.extracting.unmarked() == [], "an error with values in it: use phrase()"


def test_catalogues_are_read_as_they_are_written(tools: Tools, tmp_path: Path) -> None:
    english = tools.catalogues.template(tools.extracting.messages())
    for language in tools.catalogues.LANGUAGES:
        now = tools.catalogues.merged(language, english, held=tools.catalogues.read(Path("none"), language))
        path = tmp_path / f"{language}.po"
        path.write_bytes(tools.catalogues.written(now))
        again = tools.catalogues.read(path, language)
        assert tools.catalogues.written(again) == path.read_bytes()
        assert len(tools.catalogues.missing(again, language)) == len(now)


def test_filling_in_refuses_what_is_broken_and_keeps_the_rest(tmp_path: Path) -> None:
    """In a copy, by the command as a translator types it."""
    copy = tmp_path / "palermo"
    ignored = shutil.ignore_patterns("__pycache__", "*.mo", "built")
    shutil.copytree(DOCS, tmp_path / "docs", ignore=ignored)
    shutil.copytree(DOCS.parent / "palermo", copy, ignore=ignored)
    (copy / "locale" / "ru" / "LC_MESSAGES" / "django.po").unlink()  # nothing is translated yet

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "docs/translations.py", *words]
        more = {"PYTHONPATH": str(tmp_path)}
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=more, check=False)

    missing = json.loads(run("--missing", "ru").stdout)
    assert missing["{count} month"] == {"plural": "{count} months", "one": "", "few": "", "many": ""}
    given = {"Home": "Главная", "{lowest} to {highest}": "от {lowest}", "no such text": "нет"}
    (tmp_path / "ru.json").write_text(json.dumps(given), "utf-8")
    filled = run("--fill", "ru", "ru.json")
    assert filled.returncode == 1
    assert "2 refused" in filled.stdout
    assert "places differ" in filled.stdout
    assert "there is no such text" in filled.stdout
    left = json.loads(run("--missing", "ru").stdout)
    assert set(missing) - set(left) == {"Home"}
    assert run("--check").returncode == 1
    assert run("--compile").returncode == 0
    assert (copy / "locale/ru/LC_MESSAGES/django.mo").is_file()
