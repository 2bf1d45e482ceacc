"""Names of files as disks have them."""

import os
from pathlib import Path

import pytest

from catalog.parts import NAME_CHARACTERS, part_named
from catalog.tables import PartState
from tests.fakes.printed import sample, stl
from whoseprint.importing import Import, ImportReport, sources
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop
from workers.add_named import add_named
from workers.read_file import read_mesh_file


def test_a_name_that_is_no_text_or_too_long_stops_no_import(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    deep = parts / ("x" * 200) / ("y" * 200)
    deep.mkdir(parents=True)
    latin = Path(os.fsdecode(os.fsencode(parts) + b"/caf\xe9.stl"))
    latin.write_bytes(b"solid")
    (parts / "عمل 🚲.stl").write_bytes(b"solid")
    (deep / "hook.stl").write_bytes(stl(sample("wall-hook")))
    report = ImportReport()

    with opened_shop(Settings.model_validate({"data_dir": tmp_path / "var"})) as shop:
        Import({}, report).run(sources(parts), shop=shop, threads=1, on_done=lambda: None)

    refused = {each.name: each.why for each in report.refused}
    assert set(refused) == {"caf\ufffd", "عمل 🚲", f"{'x' * 200}/{'y' * 200}/hook"}
    assert "text" in refused["caf\ufffd"]
    assert f"room for {NAME_CHARACTERS}" in refused[f"{'x' * 200}/{'y' * 200}/hook"]
    assert (report.added, report.known) == ([], [])


@pytest.mark.slow
def test_an_import_that_was_killed_is_taken_up_where_it_stopped(tmp_path: Path) -> None:
    parts, hook = tmp_path / "parts", stl(sample("wall-hook"))
    parts.mkdir()
    (parts / "hook.stl").write_bytes(hook)
    report = ImportReport()

    with opened_shop(Settings.model_validate({"data_dir": tmp_path / "var"})) as shop:
        [found] = read_mesh_file(hook, "hook.stl", called="hook", shop=shop)
        assert not add_named(found, shop=shop).searchable  # and then the power went
        Import({}, report).run(sources(parts), shop=shop, threads=1, on_done=lambda: None)
        with shop.database.reading() as session:
            part = part_named(session, "hook")

    assert part is not None
    assert part.state is PartState.READY
    assert (report.known, report.refused) == (["hook"], [])
