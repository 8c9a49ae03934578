"""Can everything that is marked be said in six languages? Writes, checks and fills the catalogues.

Without words: `palermo/locale/django.pot` and a `django.po` for each language are brought up to what is
marked. `--check` fails where something is missing, fuzzy, broken or against the glossary. `--missing fr`
prints what is not translated as JSON, `--fill fr FILE` puts such a file's translations in. `--compile` makes
the `.mo` files.
"""

import argparse
import json
import sys
from pathlib import Path

import catalogues
from catalogues import LANGUAGES, LOCALE
from extracting import messages, unmarked
from glossary import Glossary

SHOWN = 8


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Catalogues of translations.")
    parser.add_argument("--check", action="store_true", help="say what is behind, missing or broken")
    parser.add_argument("--compile", action="store_true", help="make the .mo files")
    parser.add_argument("--missing", choices=LANGUAGES, help="print what is not translated, as JSON")
    parser.add_argument("--fill", nargs=2, metavar=("LANGUAGE", "FILE"), help="put translations in")
    return parser.parse_args()


def main() -> int:
    args = _arguments()
    if args.compile:
        print(f"translations: {len(catalogues.compiled())} catalogues compiled")
        return 0
    if args.missing:
        return _missing(args.missing)
    if args.fill:
        return _fill(*args.fill)
    return _check() if args.check else _write()


def _write() -> int:
    """Brings the template and the catalogues up to what is marked."""
    english = catalogues.template(messages())
    LOCALE.mkdir(exist_ok=True)
    (LOCALE / "django.pot").write_bytes(catalogues.written(english))
    for language in LANGUAGES:
        path = catalogues.path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        now = catalogues.merged(language, english, held=catalogues.read(path, language))
        path.write_bytes(catalogues.written(now))
    return 0


def _missing(language: str) -> int:
    _write()
    held = catalogues.read(catalogues.path_of(language), language)
    print(json.dumps(catalogues.missing(held, language), ensure_ascii=False, indent=1))
    return 0


def _fill(language: str, file: str) -> int:
    if language not in LANGUAGES:
        print(f"translations: choose one of {', '.join(LANGUAGES)}", file=sys.stderr)
        return 2
    path = catalogues.path_of(language)
    held = catalogues.read(path, language)
    given = json.loads(Path(file).read_text("utf-8"))
    refused = catalogues.filled(held, language, given=given, glossary=Glossary.read())
    path.write_bytes(catalogues.written(held))
    left = len(catalogues.missing(held, language))
    print(f"translations: {language}: {len(refused)} refused, {left} still missing")
    print("".join(f"  {line}\n" for line in refused), end="")
    return 1 if refused else 0


def _check() -> int:
    english = catalogues.template(messages())
    glossary = Glossary.read()
    wrong = [f"cannot be translated, use phrase(): {place}" for place in unmarked()]
    if not _same(LOCALE / "django.pot", catalogues.written(english)):
        wrong.append("palermo/locale/django.pot is behind what is marked; run `make docs`")
    wrong += [line for language in LANGUAGES for line in _of(language, english, glossary)]
    print("\n".join(f"translations: {line}" for line in wrong or ["fine"]))
    return 1 if wrong else 0


def _of(language: str, english: object, glossary: Glossary) -> list[str]:
    """A count of what is wrong in one language, and the first places."""
    held = catalogues.read(catalogues.path_of(language), language)
    now = catalogues.merged(language, english, held=held)  # type: ignore[arg-type]
    found = [
        f"  {one.locations[0][0]}: {catalogues.key(one)[:60]!r}: {fault}"
        for one in now
        if one.id
        for fault in catalogues.faults(one, language, glossary=glossary)
    ]
    cut = [f"  … and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return [f"{language}: {len(found)} entries are missing or wrong", *found[:SHOWN], *cut] if found else []


def _same(path: Path, text: bytes) -> bool:
    return path.is_file() and path.read_bytes() == text


if __name__ == "__main__":
    sys.exit(main())
