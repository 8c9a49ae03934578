"""Left and right become start and end, unused selectors go, and what is committed names no other place."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "assets"))

import styles  # noqa: E402


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("margin-left:1px", "margin-inline-start:1px"),
        ("padding-bottom:0", "padding-block-end:0"),
        ("border-right-width:2px", "border-inline-end-width:2px"),
        ("border-top:1px solid", "border-block-start:1px solid"),
        ("border-top-left-radius:3px", "border-start-start-radius:3px"),
        ("left:0", "inset-inline-start:0"),
        ("text-align:right", "text-align:end"),
        ("float:left", "float:inline-start"),
        ("margin:1px 2px 3px 4px", "margin-block:1px 3px;margin-inline:4px 2px"),
        ("border-width:0 0 5px 5px", "border-block-width:0 5px;border-inline-width:5px 0"),
        ("padding:1px calc(1px + 2px) 3px 4px", "padding-block:1px 3px;padding-inline:4px calc(1px + 2px)"),
        ("margin:1px 2px 3px 2px", "margin:1px 2px 3px 2px"),
        ("margin:1px 2px 3px", "margin:1px 2px 3px"),
        ("transform-origin:left", "transform-origin:left"),
        ("border-collapse:collapse", "border-collapse:collapse"),
        ("--left:1px", "--left:1px"),
    ],
)
def test_declarations_follow_the_text(written, meant):
    assert styles.logical(written) == meant


def test_selectors_that_no_page_meets_go(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p class="kept tag--{{ colour }}">')
    css = (
        ".kept,.gone{color:red}.gone a{top:0}@media print{.gone{top:0}.kept:not(.gone)::after{content:'{;}'}}"
        ".tag--blue{top:0}a:is(.gone,.kept){top:0}@page wide{size:A4 landscape}/* said */"
    )
    assert styles.finished(css, used=styles.used_in([page])) == (
        ".kept{color:red}@media print{.kept::after{content:'{;}'}}"
        ".tag--blue{inset-block-start:0}a:is(.gone,.kept){inset-block-start:0}@page wide{size:A4 landscape}"
    )


def test_the_lock_file_names_only_the_public_registry():
    lock = json.loads((ROOT / "assets/package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        assert package.get("resolved", "https://registry.npmjs.org/").startswith(
            "https://registry.npmjs.org/"
        )
        assert not name or package["integrity"].startswith("sha512-"), name
        if not package.get("optional") and name:
            assert package["license"] in {"MIT", "OFL-1.1", "BSD-3-Clause", "BSD-0-Clause", "Apache-2.0"}, (
                name
            )
            assert not package.get("hasInstallScript"), name


def test_nothing_that_is_built_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    if not listed:
        pytest.skip("not a checkout of git")
    assert [one for one in listed if "/built/" in one or "node_modules" in one or one.endswith(".mo")] == []
