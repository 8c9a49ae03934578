"""Is every problem that can be told in the catalogue, and every line of the catalogue told somewhere?"""

import ast
from pathlib import Path

from palermo.cases import Problem
from palermo.collect import CATALOGUE
from palermo.collect.catalogue import known, problem, refused


def test_codes_are_stable_and_in_their_range() -> None:
    numbers = [int(line.code.removeprefix("COLLECT-")) for line in CATALOGUE]
    assert numbers == sorted(set(numbers))
    for number, line in zip(numbers, CATALOGUE, strict=True):
        assert line.refuses == ("file" if number < 20 else "row" if number < 40 else "")
        assert line.meaning.endswith(".")
        assert line.expected
        assert line.todo[0].islower()


def test_every_code_is_used_and_every_use_is_known(root: Path) -> None:
    """By the numbers that the code writes out; `known` raises for one that is not in the table."""
    used = set()
    for path in (root / "palermo" / "collect").glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text("utf-8")))
        used |= {node.value for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int}
    assert {int(line.code[-3:]) for line in CATALOGUE} <= used


def test_a_refusal_and_a_problem_say_what_to_do() -> None:
    assert str(refused(9)).startswith("COLLECT-009: ")
    told = problem(24, row=7, column="sex", found="x" * 900, suggestion="female")
    assert isinstance(told, Problem)
    assert (told.refused, len(told.found)) == (True, 200)
    assert known(24).todo[1:] in str(told)
