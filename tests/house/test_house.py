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


@pytest.fixture(params=_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def module(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_every_room_has_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert packages - set(contracts["root_packages"]) - {"tests", "training", "benchmarks"} == set()


def test_the_migrations_folder_does_not_shadow_the_package() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()


def test_a_module_says_what_it_is_about(module: Path) -> None:
    header = ast.get_docstring(ast.parse(module.read_text()))

    assert header is not None
    assert len(header.split()) >= 3


def test_a_module_has_a_noun_of_the_shop_for_a_name(module: Path) -> None:
    assert module.stem not in REFUSED_NAMES


def test_a_module_stays_within_its_wall(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= MODULE_WALL


def test_a_function_stays_within_its_wall(module: Path) -> None:
    too_long = {
        function.name: _body_lines(function)
        for function in _functions(ast.parse(module.read_text()))
        if _body_lines(function) > FUNCTION_WALL and function.name not in LONG_BY_NATURE
    }

    assert too_long == {}


def test_no_class_is_a_manager(module: Path) -> None:
    classes = [
        node.name
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.ClassDef)
    ]

    assert [name for name in classes if name.endswith(REFUSED_ENDINGS)] == []


def test_only_the_front_door_reads_the_environment(module: Path) -> None:
    reads = re.findall(r"os\.(?:environ\b(?!\.setdefault)|getenv)", module.read_text())

    assert reads == [] or module.parts[len(ROOT.parts)] in {"whoseprint", "training"}


def test_nothing_in_the_house_names_a_machine(module: Path) -> None:
    assert re.findall(r"/work/|/root/|/home/\w+/", module.read_text()) == []
