"""Names of files as disks have them."""

import os
from pathlib import Path

from catalog.parts import NAME_CHARACTERS
from tests.fakes.printed import sample, stl
from whoseprint.importing import Import, ImportReport, sources
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop


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
