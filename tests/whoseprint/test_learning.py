from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from catalog.files import FileKey
from catalog.look_alikes import Compared, Kin, keep_kin
from catalog.signatures import add_signatures
from catalog.tables import ConfirmedPhoto, Verdict
from catalog.tables import Relation as KeptRelation
from catalog.verdicts import say
from tests.catalog.shop_rows import part
from tests.fakes.clock import Clock
from tests.fakes.shop_floor import a_sighting, somebody
from vision import CutOut
from vision.aligning import Placement
from vision.confirmed import opened
from vision.editions import kept_as
from vision.learned import EMBEDDED_ROLLS, STEPS, WIDTH
from vision.look_alikes import Difference, Relation, Resemblance, sides
from whoseprint.commands.learning import measured_sentences
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


def _remember(shop: Shop, data: bytes) -> None:
    """As if somebody had confirmed a photo of the first part."""
    clock = Clock()
    with shop.database.transaction() as session:
        ana = somebody(session, clock)
        seen = a_sighting(session, clock, person_id=ana)
        say(session, sighting_id=seen, part_id=1, person_id=ana, now=clock())
        verdict_id = session.scalars(select(Verdict.id)).one()
        session.add(
            ConfirmedPhoto(
                verdict_id=verdict_id,
                slug=kept_as("learned"),
                part_id=1,
                made_at=clock(),
                data=data,
            )
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


def test_what_changes_is_told_photo_by_photo(shop: Shop) -> None:
    """A confirmed photo of the hook turns the first, and says nothing of the second."""
    first = _studied("a.jpg", "hook", _vector(0), 30.0, 30.5)
    other = _studied("c.jpg", "clip", _vector(1), 20.0, 40.0)
    stranger = _studied("d.jpg", "hok", _vector(2), 20.0, 40.0)
    _remember(shop, _kept(_vector(0, aside=0.4)))

    told = figures([first, other, stranger], shop=shop)

    assert [each["photo"] for each in told["changed"]] == ["a.jpg"]
    [change] = told["changed"]
    assert (change["before"]["first"], change["after"]["first"]) == ("clip", "hook")
    assert (change["before"]["right"], change["after"]["right"]) == (False, True)
    assert told["no_such_parts"] == ["hok"]
    said = " ".join(measured_sentences(told))
    assert "change one answer of this list" in said
    assert "first for 1 more and for 0 fewer" in said
    assert "a.jpg (hook): clip" in said
    assert "no part called hok" in said


def test_twins_that_a_photo_cannot_tell_are_not_named_alone_any_more_than_in_the_chat(
    shop: Shop,
) -> None:
    sure = _studied("a.jpg", "hook", _vector(0), 80.0, 60.0)
    assert figures([sure], shop=shop)["without"]["accepted"] == 1.0
    alike = Resemblance(
        relation=Relation.MIRRORED,
        difference=Difference.HAND,
        alike=1.0,
        factor=1.0,
        placement=Placement(rotation=np.eye(3), shift=np.zeros(3), scale=1.0, apart=0.0),
        seen=(0.0,) * len(sides()),
    )
    with shop.database.transaction() as session:
        kin = Kin(
            part_id=1,
            other_id=2,
            relation=KeptRelation.MIRRORED,
            alike=1.0,
            details=alike.facts(),
        )
        keep_kin(session, 1, Compared(sketch=b"...", seen=frozenset(), kin=(kin,)))

    assert figures([sure], shop=shop)["without"]["accepted"] == 0.0


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
