import json
from pathlib import Path

import numpy as np
import pytest
import speed
from imports_watched import watched_import

from samples import catalogue


def test_a_section_measured_anew_leaves_the_others_as_they_were(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "speed.json"

    speed.keep(kept, "fine", {"cold_cpu_s": 3.0})
    speed.keep(kept, "chat", {"answer_s_p50": 1.0})
    speed.keep(kept, "fine", {"cold_cpu_s": 2.0})

    assert json.loads(kept.read_text()) == {
        "fine": {"cold_cpu_s": 2.0},
        "chat": {"answer_s_p50": 1.0},
    }
    assert '"cold_cpu_s": 2.0' in capsys.readouterr().out


def test_the_whole_run_is_bound_to_twelve_minutes_and_every_limit_has_its_section() -> None:
    assert set(speed.BOUNDS_S) == set(speed.SECTIONS)
    assert sum(speed.BOUNDS_S.values()) <= 12 * 60
    assert {section for section, _, _ in speed.LIMITS} <= set(speed.SECTIONS)


def test_the_fine_part_has_as_many_triangles_as_it_says() -> None:
    stl = speed.fine_stl()

    assert int.from_bytes(stl[80:84], "little") == speed.FINE_TRIANGLES
    corners = np.frombuffer(stl, np.uint8, offset=84).reshape(-1, 50)[:, 12:48]
    assert np.isfinite(np.ascontiguousarray(corners).view("<f4")).all()


@pytest.mark.slow
def test_an_import_is_watched_to_its_last_words(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for part in catalogue()[:2]:
        part.mesh.export(folder / f"{part.name}.stl")

    seen = watched_import(folder, tmp_path / "data", patience_s=240)

    assert seen.told == "added 2, known 0, refused 0"
    assert seen.steps_shown >= 2
    assert seen.cpu_s > 0
    assert 0 < seen.wall_s <= 240


@pytest.mark.slow
def test_an_import_that_takes_too_long_is_stopped_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    catalogue()[0].mesh.export(folder / "one.stl")

    with pytest.raises(TimeoutError, match="not done"):
        watched_import(folder, tmp_path / "data", patience_s=0.2)
