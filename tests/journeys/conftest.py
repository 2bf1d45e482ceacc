"""A whole shop with the bot in it: sandbox over HTTP, real workers, SQLite, sample parts.

The catalogue is built once and copied, because drawing is what takes time.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from samples import SamplePart, catalogue
from whoseprint.demo import OpenDemo, open_demo, photos_folder, write_sample_parts
from whoseprint.importing import Import, ImportReport, read_orders, sources
from whoseprint.running import embedded_shop
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop

#: Few, so that the catalogue is quick to build, and of different shapes, so that photos of them
#: are told apart.
NAMES = ("wall-hook", "chess-pawn", "spur-gear-24", "corner-mount-left", "corner-mount-right")


def sample_part(name: str) -> SamplePart:
    return next(part for part in catalogue() if part.name == name)


def sample_photo(name: str) -> bytes:
    return (photos_folder() / f"{name}.jpg").read_bytes()


@pytest.fixture(scope="session")
def stocked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few sample parts, searchable and on order."""
    folder = tmp_path_factory.mktemp("stocked")
    parts = folder / "parts"
    orders_csv = write_sample_parts(parts)
    for file in parts.glob("*.stl"):
        if file.stem not in NAMES:
            file.unlink()
    settings = Settings(data_dir=folder)
    report = ImportReport()
    with opened_shop(settings) as shop:
        found = sources(parts)
        Import(read_orders(orders_csv, report), report).run(
            found, shop=shop, threads=2, on_done=lambda: None
        )
    assert sorted(report.added) == sorted(NAMES)
    return folder


@pytest.fixture(scope="module")
def settings(stocked_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("shop") / "data"
    shutil.copytree(stocked_folder, folder)
    return Settings(data_dir=folder)


@pytest.fixture(scope="module")
def running(settings: Settings) -> Iterator[OpenDemo]:
    """The bot talks, the workers work; Ana is a worker, Ben an admin. One shop a module."""
    with embedded_shop(settings) as shop, open_demo(settings, shop, port=0) as demo:
        yield demo
