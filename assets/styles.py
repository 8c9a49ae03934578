"""How does one style sheet serve both directions, and hold only what our pages use?

Sass makes it from GOV.UK Frontend (MIT) and `styles/`; then a walk drops every selector with a class that no
template names, and writes left and right as start and end (CSS Logical Properties). Nothing is listed by
hand: a template that begins to use a component gets its style at the next build.
Never: an address outside of Palermo, a font or picture of GOV.UK.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SIDES = {"left": "inline-start", "right": "inline-end", "top": "block-start", "bottom": "block-end"}
CORNERS = {
    "top-left": "start-start",
    "top-right": "start-end",
    "bottom-left": "end-start",
    "bottom-right": "end-end",
}
ALIGNED = {"text-align": "{}", "float": "inline-{}", "clear": "inline-{}"}
FOUR = re.compile(r"(margin|padding|border-width|border-color|border-style|inset)")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
WORD = re.compile(r"[A-Za-z][\w-]*")
MAY_LACK = re.compile(r":(?:not|is|where)\([^()]*\)")
TOKEN = re.compile(r"""("[^"]*"|'[^']*'|\([^()]*(?:\([^()]*\)[^()]*)*\))|([{};])""")


class Rule(NamedTuple):
    """A selector or at-rule with what stands between its braces: rules, or declarations."""

    head: str
    rules: "tuple[Rule, ...]" = ()
    declarations: tuple[str, ...] = ()


class Used(NamedTuple):
    """The words in templates and scripts that may be classes, and beginnings such as `govuk-tag--`."""

    words: frozenset[str]
    beginnings: tuple[str, ...]

    def has(self, name: str) -> bool:
        return name in self.words or name.startswith(self.beginnings)


def used_in(files: Iterable[Path]) -> Used:
    """Every word of the files; a word that ends with a hyphen is completed when a page is made."""
    words = frozenset(word for file in files for word in WORD.findall(file.read_text("utf-8")))
    return Used(words, tuple(sorted(word for word in words if word.endswith("--"))))


def finished(css: str, *, used: Used) -> str:
    """The sheet in logical properties without what no page uses, as compressed as it came."""
    return "".join(map(written, kept(rules(css), used=used)))


def rules(css: str) -> tuple[Rule, ...]:
    """A compressed sheet as rules; comments are left out."""
    return _inside(_pieces(re.sub(r"/\*.*?\*/", "", css, flags=re.S)))[0]


def kept(given: Iterable[Rule], *, used: Used) -> Iterator[Rule]:
    """The rules with the selectors that a page can meet, and no empty at-rules."""
    for rule in given:
        inner = tuple(kept(rule.rules, used=used))
        head = rule.head if rule.head.startswith("@") else _met(rule.head, used)
        if head and (inner or rule.declarations):
            yield rule._replace(head=head, rules=inner)


def written(rule: Rule) -> str:
    """The rule as compressed CSS, its declarations in logical properties."""
    if not rule.head.startswith("@") or rule.declarations:
        return f"{rule.head}{{{';'.join(map(logical, rule.declarations))}}}"
    return f"{rule.head}{{{''.join(map(written, rule.rules))}}}"


def logical(declaration: str) -> str:
    """A declaration that follows the text: `margin-left:1px` is `margin-inline-start:1px`."""
    name, _, value = declaration.partition(":")
    if name in ALIGNED and value in ("left", "right"):
        return f"{name}:{ALIGNED[name].format('start' if value == 'left' else 'end')}"
    if FOUR.fullmatch(name) and len(parts := _parts(value)) == 4 and parts[1] != parts[3]:
        return _two_axes(name, parts)
    return f"{_logical_name(name)}:{value}"


def _logical_name(name: str) -> str:
    if name in SIDES:
        return f"inset-{SIDES[name]}"
    if corner := re.fullmatch(r"border-(top|bottom)-(left|right)-radius", name):
        return f"border-{CORNERS['-'.join(corner.groups())]}-radius"
    if not re.match(r"(margin|padding|border|scroll-margin|scroll-padding)-", name):
        return name
    return re.sub(r"-(left|right|top|bottom)(?=-|$)", lambda side: f"-{SIDES[side[1]]}", name)


def _two_axes(name: str, parts: list[str]) -> str:
    top, right, bottom, left = parts
    first, _, rest = name.partition("-")
    end = f"-{rest}" if rest else ""
    return f"{first}-block{end}:{top} {bottom};{first}-inline{end}:{left} {right}"


def _parts(value: str) -> list[str]:
    return re.findall(r"(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", value)


def _met(selectors: str, used: Used) -> str:
    each = re.findall(r"(?:[^,()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+", selectors)
    met = (one for one in each if all(map(used.has, CLASS.findall(MAY_LACK.sub("", one)))))
    return ",".join(met)


def _pieces(css: str) -> list[str]:
    """The sheet cut at braces and semicolons that are in no string and no parentheses."""
    cut, since = [], 0
    for found in TOKEN.finditer(css):
        if found[2]:
            cut += [css[since : found.start()].strip(), found[2]]
            since = found.end()
    return [piece for piece in (*cut, css[since:].strip()) if piece]


def _inside(pieces: list[str], at: int = 0) -> tuple[tuple[Rule, ...], tuple[str, ...], int]:
    """The rules and declarations from here to the closing brace, and where that is."""
    found: list[Rule] = []
    said: list[str] = []
    while at < len(pieces) and pieces[at] != "}":
        if at + 1 < len(pieces) and pieces[at + 1] == "{":
            inner, declarations, end = _inside(pieces, at + 2)
            found.append(Rule(pieces[at], inner, declarations))
            at = end + 1
        else:
            said += [pieces[at]] if pieces[at] != ";" else []
            at += 1
    return tuple(found), tuple(said), at
