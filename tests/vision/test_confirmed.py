import numpy as np
import pytest
from PIL import Image, ImageDraw

from vision.confirmed import (
    ODDS_MOST,
    SAME_PHOTO,
    nearness_to,
    odds,
    opened,
    remembered,
    remembers,
    upright,
)
from vision.learned import EMBEDDED_ROLLS, WIDTH
from vision.shapes import CutOut


def _cut_out(*, turned_deg: int = 0, shape: str = "bracket") -> CutOut:
    """A flat print on a table, perhaps turned."""
    photo, mask = Image.new("RGB", (320, 320), (150, 140, 130)), Image.new("L", (320, 320), 0)
    boxes = (
        [(100, 80, 220, 120), (100, 80, 140, 240)] if shape == "bracket" else [(80, 150, 240, 170)]
    )
    for box in boxes:
        ImageDraw.Draw(photo).rectangle(box, fill=(40, 60, 160))
        ImageDraw.Draw(mask).rectangle(box, fill=255)
    photo, mask = photo.rotate(turned_deg, fillcolor=(150, 140, 130)), mask.rotate(turned_deg)
    return CutOut(
        rgb=np.asarray(photo),
        mask=(np.asarray(mask) / 255).astype(np.float32),
        quality=1.0,
        touches_frame=False,
    )


@pytest.mark.parametrize("turned_deg", [0, 90, 200])
def test_a_print_is_known_again_however_it_lies(turned_deg: int) -> None:
    photos = opened([remembered(_cut_out()), remembered(_cut_out(shape="rod"))])

    bracket, rod = nearness_to(upright(_cut_out(turned_deg=turned_deg)), photos)

    assert bracket > 0.85
    assert bracket > rod + 0.1


def test_the_same_photo_sent_again_is_told_from_another_of_the_same_part() -> None:
    photos = opened([remembered(_cut_out())])

    [again] = nearness_to(upright(_cut_out()), photos)

    assert again >= SAME_PHOTO


def test_likeness_speaks_for_a_part_and_never_against_it() -> None:
    told = odds(np.array([-1, 0, 0.65, 0.75, 0.8, 1.0], np.float32))

    assert told[:3] == pytest.approx([0, 0, 0], abs=1e-5)
    assert told[3] == pytest.approx(1.5, abs=1e-5)
    assert told[4] == pytest.approx(2.25, abs=1e-5)
    assert told[5] == ODDS_MOST


def test_with_nothing_remembered_nothing_is_near() -> None:
    assert opened([]).shape == (0, EMBEDDED_ROLLS, WIDTH)
    assert nearness_to(np.ones(WIDTH, np.float32), opened([])).shape == (0,)


def test_what_was_kept_in_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        opened([b"of another edition"])


def test_only_the_describer_with_vectors_remembers() -> None:
    assert [remembers(slug) for slug in ("learned", "hash-aligned", "seed6")] == [
        True,
        False,
        False,
    ]
