"""Does our code call what OWASP ASVS 5.0 warns of? No shell, no eval, no pickle, no client of other servers.

Each look has a control: a line that it must find.
"""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

FORBIDDEN_MODULES = {
    "subprocess", "pty", "pickle", "marshal", "shelve", "dill", "jsonpickle", "yaml", "ctypes", "ldap3",
    "jndi", "lxml", "smtplib", "imaplib", "ftplib", "telnetlib", "requests", "httpx", "aiohttp",
    "urllib3", "memcache", "pymemcache", "websockets", "graphene", "strawberry", "jwt",
}  # fmt: skip
FORBIDDEN_PARTS = {"urllib.request", "xml.etree", "xml.dom", "xml.sax", "django.core.mail"}
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "system",
    "popen",
    "execvp",
    "from_string",
    "mark_safe",
}
ASKS_ITSELF = {"palermo/cli/serve.py"}
WEAK = {"md5", "sha1", "MD5", "SHA1", "ECB", "PKCS1v15", "TripleDES", "ARC4", "Blowfish"}
Look = Callable[[ast.AST], str]


def sources(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / "palermo").rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text("utf-8"))


def modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{one.name}" for one in node.names]
    return []


def imports_forbidden(node: ast.AST) -> str:
    for name in modules(node):
        parts = name.split(".")
        if parts[0] in FORBIDDEN_MODULES or ".".join(parts[:2]) in FORBIDDEN_PARTS or name in FORBIDDEN_PARTS:
            return name
        if ".".join(parts[:3]) in FORBIDDEN_PARTS:
            return name
    return ""


def calls_forbidden(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    called = node.func
    if isinstance(called, ast.Name):
        return called.id if called.id in FORBIDDEN_CALLS else ""
    if not isinstance(called, ast.Attribute) or called.attr not in FORBIDDEN_CALLS:
        return ""
    whose = called.value.id if isinstance(called.value, ast.Name) else ""
    return (
        ""
        if (whose, called.attr) in (("re", "compile"), ("compiler", "compile"))
        else f"{whose}.{called.attr}"
    )


def weak(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in WEAK:
        return node.attr
    return next((name for name in modules(node) if name.split(".")[-1] in WEAK), "")


def patterns_of_input(node: ast.AST) -> str:
    """A regular expression that is not written in our code: it would have to be escaped."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
        return ""
    if (
        not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re")
        or node.func.attr == "escape"
    ):
        return ""
    return "" if _written(node.args[0]) else f"re.{node.func.attr}"


def _written(node: ast.AST) -> bool:
    """A literal, a constant of the module, or a join of these."""
    if isinstance(node, ast.JoinedStr):
        return all(_written(part.value) for part in node.values if isinstance(part, ast.FormattedValue))
    if isinstance(node, ast.BinOp):
        return _written(node.left) and _written(node.right)
    if isinstance(node, ast.Name):
        return node.id.isupper() or node.id.strip("_").isupper()
    escaped = isinstance(node, ast.Call) and "re.escape" in ast.unparse(node)
    return isinstance(node, ast.Constant) or escaped


def sql_of_input(node: ast.AST) -> str:
    """SQL that is put together from pieces where it is run; the store uses the ORM."""
    names = {"execute", "executemany", "raw", "extra", "RawSQL"}
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names):
        return ""
    pieces = [ast.JoinedStr, ast.BinOp]
    return node.func.attr if node.args and type(node.args[0]) in pieces and not _written(node.args[0]) else ""


FORMATS = re.compile(
    r"""["']|f["']|_\(|ngettext\(|language\.say\(["']|self\.said\(["']|language\.said\(["']|str\(wrong\)|titles\.get|said\.get|[A-Z_]+\.get"""
)
OUR_FORMATS = {"definition.relation", "relations.RETURNED", "relations.AGGREGATES", "FULL"}
SAYS = (
    "palermo/cases/problems.py",
    "palermo/codes/languages.py",
    "palermo/codes/phrases.py",
    "palermo/codes/printing.py",
    "palermo/plots/drawing.py",
    "palermo/web/figures.py",
    "palermo/web/table_words.py",
    "palermo/web/views/imports.py",
    "palermo/web/words.py",
)
"""Where sentences and dates take their values: the pattern is a translation of ours."""


def formats_of_input(node: ast.AST) -> str:
    """A pattern for `format` that is neither written where it is used nor one of the tables' own."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return ""
    if node.func.attr not in ("format", "format_map"):
        return ""
    pattern = ast.unparse(node.func.value)
    return "" if FORMATS.match(pattern) or pattern in OUR_FORMATS else pattern


def random_of_secrets(node: ast.AST) -> str:
    return next((name for name in modules(node) if name.split(".")[0] == "random"), "")


def found(root: Path, look: Look, *, but: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{name}:{getattr(node, 'lineno', 0)}: {what}"
        for name, tree in sources(root)
        if not name.startswith(but or ("-",))
        for node in ast.walk(tree)
        if (what := look(node))
    ]


@pytest.mark.parametrize(
    ("look", "control"),
    [
        (imports_forbidden, "import subprocess"),
        (imports_forbidden, "from urllib.request import urlopen"),
        (imports_forbidden, "from urllib import request"),
        (imports_forbidden, "from django.core import mail"),
        (calls_forbidden, "eval(text)"),
        (calls_forbidden, "os.system(text)"),
        (calls_forbidden, "engine.from_string(text)"),
        (weak, "hashlib.md5(b'')"),
        (weak, "from cryptography.hazmat.primitives.ciphers.modes import ECB"),
        (patterns_of_input, "re.search(asked, text)"),
        (sql_of_input, "cursor.execute(f'SELECT {asked}')"),
        (formats_of_input, "asked.format(name=1)"),
        (random_of_secrets, "from random import choice"),
    ],
)
def test_each_look_finds_its_control(look: Look, control: str) -> None:
    assert any(look(node) for node in ast.walk(ast.parse(control)))


STARTS_ITSELF = "palermo/cli/backup.py"
"""The drill restores in a process of its own: Python again, by its own path and without a shell."""


def test_no_shell_no_pickle_no_mail_and_no_client_of_other_servers(root: Path) -> None:
    assert [line.split(":")[0] for line in found(root, imports_forbidden)] == [STARTS_ITSELF]
    tree = ast.parse((root / STARTS_ITSELF).read_text("utf-8"))
    calls = [ast.unparse(one) for one in ast.walk(tree) if isinstance(one, ast.Call)]
    starts = [call for call in calls if call.startswith("subprocess.")]
    assert len(starts) == 1
    assert starts[0].startswith("subprocess.run([sys.executable, '-c', CHILD], ")
    assert "shell" not in starts[0]


def test_only_the_command_that_serves_asks_by_http_and_only_itself(root: Path) -> None:
    asks = found(root, lambda node: next((n for n in modules(node) if n.startswith("http.client")), ""))
    assert {line.partition(":")[0] for line in asks} <= ASKS_ITSELF


def test_nothing_is_evaluated_and_no_template_comes_from_outside(root: Path) -> None:
    assert found(root, calls_forbidden) == []


MADE_BY_US = {"{{ totp_svg|safe }}"}
"""The picture of an authenticator's secret, which the server draws."""


def test_templates_never_switch_escaping_off(root: Path) -> None:
    look = re.compile(r"\{[{%][^{}%]*(?:\|\s*safe\b|autoescape off|safeseq)[^{}%]*[}%]\}")
    assert look.search("{{ name|safe }}"), "the control"
    assert look.search("{% autoescape off %}"), "the control"
    for path in (root / "palermo").rglob("*.html"):
        assert set(look.findall(path.read_text("utf-8"))) <= MADE_BY_US, path


def test_no_weak_hash_cipher_or_padding(root: Path) -> None:
    assert found(root, weak) == []


def test_no_regular_expression_is_made_of_input(root: Path) -> None:
    """These go through patterns that stand in tables of their own."""
    ours = ("palermo/web/sessions.py", "palermo/protect/signing.py", "palermo/codes/personnel.py")
    assert found(root, patterns_of_input, but=ours) == []


ASKS_IN_SQL = (
    "palermo/store/migrations/",
    "palermo/store/saving.py",
    "palermo/store/rekeying.py",
    "palermo/store/encrypted/",
    "palermo/store/backup_reading.py",
    "palermo/store/restoring.py",
    "palermo/store/wiping.py",
    "palermo/report/engine.py",
)


def test_no_pattern_for_format_is_made_of_input(root: Path) -> None:
    assert found(root, formats_of_input, but=SAYS) == []


def test_no_sql_is_put_together_of_input(root: Path) -> None:
    """These places name their own tables and columns; what they say of values is tested where they are."""
    assert found(root, sql_of_input, but=ASKS_IN_SQL) == []


def test_chance_that_must_not_be_guessed_comes_from_the_system(root: Path) -> None:
    """`random` is for invented people only."""
    assert found(root, random_of_secrets, but=("palermo/cases/examples/", "palermo/collect/examples")) == []


def test_every_component_is_locked_by_hash_and_comes_from_one_registry(root: Path) -> None:
    """`uv.lock` is the list of all components, transitive ones too."""
    packages = tomllib.loads((root / "uv.lock").read_text("utf-8"))["package"]
    others = [one for one in packages if one["name"] != "palermo"]
    assert len(others) > 40
    assert {one["source"].get("registry") for one in others} == {"https://pypi.org/simple"}
    files = [file for one in others for file in (*one.get("wheels", []), *filter(None, [one.get("sdist")]))]
    assert all(file["hash"].startswith("sha256:") for file in files)
    assert all(file["url"].startswith("https://files.pythonhosted.org/") for file in files)


def test_no_key_and_no_folder_of_version_control_is_in_what_is_shipped(root: Path) -> None:
    look = re.compile(r"BEGIN [A-Z ]*PRIVATE KEY|(?:SECRET_KEY|PASSWORD)\s*=\s*[\"'][0-9a-zA-Z]{16,}")
    assert look.search('SECRET_KEY = "0123456789abcdef0"'), "the control"
    for path in (root / "palermo").rglob("*"):
        assert path.name not in (".git", ".env", ".svn")
        if path.suffix in (".py", ".toml", ".html", ".js"):
            assert not look.search(path.read_text("utf-8")), path


KNOWN_CALLS = {"hashlib", "hmac"}
NO_ALGORITHMS = {
    "hmac.compare_digest",
    "default_backend",
    "serialization",
    "InvalidTag",
    "hashlib.file_digest",
}


def algorithms(node: ast.AST) -> set[str]:
    """Names of algorithms that a node takes from a library."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography.hazmat"):
        return {one.name for one in node.names}
    if isinstance(node, ast.ImportFrom) and node.module in KNOWN_CALLS:
        return {f"{node.module}.{one.name}" for one in node.names}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in KNOWN_CALLS:
        return {f"{node.value.id}.{node.attr}"}
    return set()


def test_every_algorithm_is_in_the_list_of_keys_and_algorithms(root: Path) -> None:
    """A new one is a row of docs/reference/keys.md: what it is for, and what its keys are never for."""
    used = {name for _, tree in sources(root) for node in ast.walk(tree) for name in algorithms(node)}
    listed = set(re.findall(r"`([\w.]+)`", (root / "docs" / "reference" / "keys.md").read_text("utf-8")))
    assert {"AESGCM", "hashlib.blake2b"} <= used, "the control"
    assert used - NO_ALGORITHMS <= listed


UNSAFE_SCRIPT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\(\s*[\"'`]"
    r"|localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|postMessage|[\"']message[\"']"
    r"|__proto__|prototype|Object\.assign|\bfor\s*\([^)]*\bin\b|\w\[[^\]\"'`]+\]\s*=[^=]|XMLHttpRequest|WebSocket"
    r"|RTCPeerConnection|importScripts|https?://"
)
UNSAFE_EXAMPLES = """
one.innerHTML = text; | localStorage.setItem("name", name); | window.addEventListener("message", go);
for (const key in sent) held[key] = sent[key]; | held[key] = sent.value; | Object.assign(held, sent);
eval(text); | new WebSocket(address); | new RTCPeerConnection(); | fetch("https://elsewhere.example/")
"""


@pytest.mark.parametrize(
    "line", [part for line in UNSAFE_EXAMPLES.splitlines() for part in line.split(" | ") if part]
)
def test_the_look_at_scripts_finds_its_control(line: str) -> None:
    assert UNSAFE_SCRIPT.search(line)


def test_our_scripts_write_no_markup_keep_nothing_and_hear_no_other_window(root: Path) -> None:
    """Nor do they copy fields that somebody sent into an object, which could reach its prototype."""
    for path in (path for path in (root / "palermo").rglob("*.js") if path.parent.name != "built"):
        lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("//")]
        assert UNSAFE_SCRIPT.findall("\n".join(lines)) == [], path.name
