from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog.files import FileGone, FileKey, FileStore


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return FileStore(
        str(tmp_path / "files") if request.param == "folder" else f"memory://{tmp_path}"
    )


def test_what_is_kept_can_be_read_under_its_key(store: FileStore) -> None:
    key = store.keep(b"solid bracket")

    assert store.read(key) == b"solid bracket"


def test_the_same_bytes_have_one_key_and_lie_there_once(store: FileStore) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    first, second = store.keep(b"twin"), store.keep(b"twin")

    assert first == second
    assert list(store.kept_before(tomorrow)) == [first]


def test_what_was_forgotten_is_gone_and_forgetting_twice_does_no_harm(store: FileStore) -> None:
    key = store.keep(b"photo")

    store.forget(key)
    store.forget(key)

    with pytest.raises(FileGone, match=key):
        store.read(key)


def test_a_key_cannot_lead_out_of_the_store(store: FileStore) -> None:
    with pytest.raises(ValueError, match="not a file key"):
        store.read(FileKey("sha256/../../etc/passwd"))


def test_nothing_fresh_is_offered_to_the_janitor(store: FileStore) -> None:
    store.keep(b"fresh")

    assert list(store.kept_before(datetime.now(UTC) - timedelta(hours=1))) == []


def test_half_a_file_after_a_power_cut_is_not_under_any_key(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    key = store.keep(b"whole")
    (tmp_path / key).rename(tmp_path / f"{key}.1234.part")

    assert not store.has(key)
