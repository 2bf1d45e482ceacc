"""What linters cannot hold: floors, headers, names, walls."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("whoseprint", "bot", "workers", "catalog", "vision", "sandbox", "samples", "training")
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base_utils"}
REFUSED_ENDINGS = ("Manager", "Service", "Processor")
MODULE_WALL = 400
FUNCTION_WALL = 40
HEADER_WORDS = 3
READ_THE_ENVIRONMENT = {"whoseprint", "training"}
#: A network's forward pass or a training loop may be longer (STYLE).
LONG_BY_NATURE = {"forward", "train"}


def _modules() -> list[Path]:
    return sorted(
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "page" not in path.parts
    )


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every module's text, by its path from the root."""
    return {str(path.relative_to(ROOT)): path.read_text() for path in _modules()}


@pytest.fixture(scope="module")
def trees(texts: dict[str, str]) -> dict[str, ast.Module]:
    """Every module's syntax, by its path from the root."""
    return {name: ast.parse(text) for name, text in texts.items()}


def test_every_room_has_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - set(contracts["root_packages"]) - {"tests", "training", "benchmarks"} == set()


def test_the_migrations_folder_does_not_shadow_the_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_every_room_is_read(texts: dict[str, str]) -> None:
    assert {Path(name).parts[0] for name in texts} == set(ROOMS)


def test_a_module_says_what_it_is_about(trees: dict[str, ast.Module]) -> None:
    headers = {name: ast.get_docstring(tree) or "" for name, tree in trees.items()}

    assert [name for name, header in headers.items() if len(header.split()) < HEADER_WORDS] == []


def test_a_module_has_a_noun_of_the_shop_for_a_name(texts: dict[str, str]) -> None:
    assert [name for name in texts if Path(name).stem in REFUSED_NAMES] == []


def test_a_module_stays_within_its_wall(texts: dict[str, str]) -> None:
    lines = {name: len(text.splitlines()) for name, text in texts.items()}

    assert {name: count for name, count in lines.items() if count > MODULE_WALL} == {}


def test_a_function_stays_within_its_wall(trees: dict[str, ast.Module]) -> None:
    lines = {
        (name, function.name): _body_lines(function)
        for name, tree in trees.items()
        for function in _functions(tree)
        if function.name not in LONG_BY_NATURE
    }

    assert {place: count for place, count in lines.items() if count > FUNCTION_WALL} == {}


def test_no_class_is_a_manager(trees: dict[str, ast.Module]) -> None:
    classes = [
        (name, node.name)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]

    assert [place for place in classes if place[1].endswith(REFUSED_ENDINGS)] == []


def test_only_the_front_door_reads_the_environment(texts: dict[str, str]) -> None:
    reads = re.compile(r"os\.(?:environ\b(?!\.setdefault)|getenv)")
    readers = [name for name, text in texts.items() if reads.search(text)]

    assert [name for name in readers if Path(name).parts[0] not in READ_THE_ENVIRONMENT] == []


def test_nothing_in_the_house_names_a_machine(texts: dict[str, str]) -> None:
    machines = re.compile(r"/work/|/root/|/home/\w+/")

    assert {name: found for name, text in texts.items() if (found := machines.findall(text))} == {}
