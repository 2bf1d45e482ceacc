from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog.files import FileKey
from catalog.signatures import add_signatures
from tests.catalog.shop_rows import part
from vision import CutOut
from vision.confirmed import opened
from vision.editions import kept_as
from vision.learned import EMBEDDED_ROLLS, STEPS, WIDTH
from whoseprint.evaluation import LabelledPhoto
from whoseprint.learning import Studied, figures, speaks, study
from whoseprint.settings import Settings
from whoseprint.wiring import opened_shop
from workers.catalogue_index import PartMatch
from workers.recall import RecalledPhotos
from workers.shop import Shop

PARTS = ("hook", "clip")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened_shop(Settings(data_dir=tmp_path / "var")) as opened:
        with opened.database.transaction() as session:
            for name in PARTS:
                add_signatures(session, part(session, name), {kept_as("learned"): b"..."})
        yield opened


def _vector(towards: int, *, aside: float = 0.0) -> np.ndarray:
    vector = np.zeros(WIDTH, np.float32)
    vector[towards], vector[-1] = np.sqrt(1 - aside**2), aside
    return vector


def _kept(vector: np.ndarray) -> bytes:
    """As it would be remembered, alike in all rolls."""
    return np.tile(np.rint(vector * STEPS).astype(np.int8), (EMBEDDED_ROLLS, 1)).tobytes()


def _studied(name: str, truth: str, vector: np.ndarray, *scores: float) -> Studied:
    """A photo that was searched: the scores of hook and clip."""
    rgb, mask = np.zeros((1, 1, 3), np.uint8), np.ones((1, 1), np.float32)
    found = sorted(enumerate(scores, start=1), key=lambda each: -each[1])
    return Studied(
        photo=LabelledPhoto(
            name=name,
            path=Path(name),
            truth=truth,
            acceptable=frozenset(),
            difficulty="easy",
            mask=None,
        ),
        key=f"key of {name}",
        cut_out=CutOut(rgb=rgb, mask=mask, quality=1.0, touches_frame=False),
        matches=tuple(
            PartMatch(part_id=part_id, score=score, rotation=np.eye(3)) for part_id, score in found
        ),
        vector=vector,
        own=_kept(vector),
    )


def _one(label: str, vector: np.ndarray, *keys: str) -> RecalledPhotos:
    return RecalledPhotos(
        part_ids=(1,),
        labels=(label,),
        photos=opened([_kept(vector)]),
        photo_keys=(frozenset(FileKey(key) for key in keys),),
    )


def test_a_photo_never_helps_itself() -> None:
    near, same = _vector(0, aside=0.5), _vector(0)
    photo = _studied("a.jpg", "hook", _vector(0), 30, 31)

    assert speaks(photo, _one("7", near, "sha256/ke/another key"))[1] > 2
    assert speaks(photo, _one("a.jpg", near)) == {1: 0.0}
    assert speaks(photo, _one("7", near, "sha256/ke/key of a.jpg")) == {1: 0.0}
    assert speaks(photo, _one("7", same)) == {1: 0.0}
    assert speaks(replace(photo, vector=None), _one("7", near)) == {}


def test_the_lists_other_photos_show_what_verdicts_would_give(shop: Shop) -> None:
    """Two photos of the hook that look alike: the first one is taken for a clip, narrowly."""
    first = _studied("a.jpg", "hook", _vector(0), 30.0, 30.5)
    second = _studied("b.jpg", "hook", _vector(0, aside=0.4), 40.0, 20.0)
    other = _studied("c.jpg", "clip", _vector(1), 20.0, 40.0)

    told = figures([first, second, other], shop=shop)

    assert told["confirmed_photos"] == 0
    assert told["without"] == told["with_verdicts"]
    assert told["without"]["top1"] == pytest.approx(2 / 3, abs=1e-3)
    again = told["parts_twice"]
    assert (again["without"]["photos"], again["without"]["top1"]) == (2, 0.5)
    assert again["as_if_confirmed"]["top1"] == 1.0


def test_photos_of_parts_that_are_shown_once_say_nothing_of_verdicts(shop: Shop) -> None:
    told = figures([_studied("a.jpg", "hook", _vector(0), 30.0, 20.0)], shop=shop)

    assert told["parts_twice"] is None


def test_a_photo_without_a_print_and_one_that_is_none_count_as_wrong(
    shop: Shop, tmp_path: Path
) -> None:
    plain, broken = tmp_path / "plain.jpg", tmp_path / "broken.jpg"
    Image.new("RGB", (320, 240), (4, 4, 4)).save(plain)
    broken.write_bytes(b"no picture")
    photos = [
        LabelledPhoto(
            name=path.name,
            path=path,
            truth="hook",
            acceptable=frozenset(),
            difficulty="easy",
            mask=None,
        )
        for path in (plain, broken)
    ]

    studied = list(study(photos, shop=shop))

    assert [each.matches for each in studied] == [(), ()]
    assert figures(studied, shop=shop)["without"]["top10"] == 0
