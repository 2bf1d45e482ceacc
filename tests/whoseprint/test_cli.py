"""Which module a command lives in, and that asking for one loads that one alone."""

import importlib
import os
import subprocess
import sys

import pytest
import typer

from whoseprint.cli import COMMANDS, app_for


def names(app: typer.Typer) -> list[str]:
    return [each.name or str(each.callback.__name__) for each in app.registered_commands]


def test_every_command_is_where_the_list_says() -> None:
    found = {}
    for module in COMMANDS:
        app = typer.Typer()
        importlib.import_module(f"whoseprint.commands.{module}").add_to(app)
        found[module] = tuple(names(app))

    assert found == COMMANDS


@pytest.mark.parametrize("words", [[], ["--help"], ["no-such-command"]])
def test_whoever_names_no_command_is_shown_all(words: list[str]) -> None:
    assert names(app_for(words)) == [name for module in COMMANDS.values() for name in module]


def test_asking_for_one_command_loads_its_neighbours_in_the_module_and_no_more() -> None:
    assert names(app_for(["evaluate", "photos.csv"])) == ["identify", "evaluate"]


@pytest.mark.slow
def test_a_bot_that_only_talks_starts_without_what_recognises() -> None:
    asked = "import sys, whoseprint.commands.conversation; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)

    heavy = {"vision", "numba", "trimesh", "onnxruntime", "rembg", "sandbox", "samples"}
    assert heavy & set(loaded.stdout.decode().split()) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("set_to", "has"), [(None, "1"), ("3", "3")])
def test_numpy_has_one_thread_unless_somebody_says_otherwise(set_to: str | None, has: str) -> None:
    asked = (
        "import os, sys, whoseprint.cli as cli\n"
        "early, sys.argv = 'numpy' in sys.modules, ['whoseprint', '--help']\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        "print('told', early, os.environ['OMP_NUM_THREADS'])\n"
    )
    environment = {key: word for key, word in os.environ.items() if key != "OMP_NUM_THREADS"}
    environment |= {} if set_to is None else {"OMP_NUM_THREADS": set_to}

    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, check=True
    )

    assert told.stdout.decode().splitlines()[-1] == f"told False {has}"
