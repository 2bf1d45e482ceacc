import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from catalog.files import FileGone, FileKey, FileStore
from tests.bucket import Bucket

Made = TypeVar("Made")

LONG_AGO = timedelta(days=3)


@pytest.fixture(scope="session")
def bucket() -> Iterator[Bucket]:
    with Bucket() as opened:
        yield opened


@pytest.fixture(params=["folder", "memory", pytest.param("s3", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "folder":
            return str(tmp_path / "files")
        case "memory":
            return f"memory://{tmp_path}"
        case _:
            bucket: Bucket = request.getfixturevalue("bucket")
            request.getfixturevalue("monkeypatch").setenv("AWS_ENDPOINT_URL", bucket.address)
            return f"s3://{bucket.name}/shop{tmp_path}"


@pytest.fixture
def store(url: str) -> FileStore:
    return FileStore(url)


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


def test_what_another_process_forgot_is_kept_anew(url: str) -> None:
    here, elsewhere = FileStore(url), FileStore(url)
    key = here.keep(b"bracket")
    assert list(here.kept_before(datetime.now(UTC) + timedelta(days=1))) == [key]

    elsewhere.forget(key)

    assert not here.has(key)
    assert here.keep(b"bracket") == key
    assert elsewhere.read(key) == b"bracket"


def test_what_is_kept_again_is_young_again(store: FileStore) -> None:
    key = store.keep(b"bracket")
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    # a bucket's ages are whole seconds, and a folder's clock may lag behind by a tick
    while datetime.now(UTC) < later + timedelta(seconds=0.1):
        threading.Event().wait(0.05)

    assert list(store.kept_before(later)) == [key]
    store.keep(b"bracket")

    assert list(store.kept_before(later)) == []
    assert store.forget_older(key, later) is False
    assert store.read(key) == b"bracket"


def test_what_is_older_is_forgotten_once(store: FileStore) -> None:
    key = store.keep(b"bracket")

    assert store.forget_older(key, datetime.now(UTC) + LONG_AGO) is True
    assert store.forget_older(key, datetime.now(UTC) + LONG_AGO) is False
    assert not store.has(key)


def test_a_file_kept_again_while_the_janitor_removes_it_is_there_in_the_end(
    tmp_path: Path,
) -> None:
    store = FileStore(str(tmp_path))
    key = store.keep(b"bracket")
    moment = datetime.now(UTC) - timedelta(days=1)
    removed = 0
    for _ in range(300):
        os.utime(tmp_path / key, (0, 0))
        together = threading.Barrier(2)
        with ThreadPoolExecutor(1) as pool:
            cleaning = pool.submit(_after, together, lambda: store.forget_older(key, moment))
            _after(together, lambda: store.keep(b"bracket"))
            removed += cleaning.result()

        assert store.read(key) == b"bracket"

    assert list(tmp_path.rglob("*.part")) == []
    assert 0 < removed <= 300


def _after(together: threading.Barrier, deed: Callable[[], Made]) -> Made:
    together.wait()
    return deed()
