"""An answer that is not sure asks for one more photo, and gets it, over real HTTP."""

import io

import pytest
from PIL import Image

from sandbox import Message
from tests.journeys.conftest import sample_photo
from whoseprint.demo import OpenDemo

pytestmark = pytest.mark.slow
PATIENCE_S = 90.0


def is_answered(message: Message) -> bool:
    return bool(message.buttons) or message.photo is not None


def test_a_print_cut_off_at_the_edge_is_named_after_one_more_photo_in_reply(
    running: OpenDemo,
) -> None:
    ana = running.worker
    first = ana.sends_photo(_half("mount-left"))
    unsure = ana.waits_for(is_answered, after=first, timeout_s=PATIENCE_S)

    second = ana.replies_to(unsure, sample_photo("mount-left"))
    final = ana.waits_for(is_answered, after=second, timeout_s=PATIENCE_S)

    assert "turn the print like in the last picture" in unsure.text
    assert "One more photo" in unsure.button_labels
    assert unsure.photo is not None
    with Image.open(io.BytesIO(unsure.photo)) as picture:
        assert picture.height > 1.05 * picture.width  # candidates, and the side below them
    assert "corner-mount-left" in final.text.splitlines()[0]
    assert final.photo is not None
    assert ana.after(second) == (final,)
    below = ana.look_at(unsure)
    assert (below.text, below.button_labels) == (
        "You sent one more photo: the answer is below.",
        [],
    )


def _half(name: str) -> bytes:
    """The photo without its left part: the print leaves the picture."""
    with Image.open(io.BytesIO(sample_photo(name))) as whole:
        cut = whole.convert("RGB").crop((whole.width // 2, 0, whole.width, whole.height))
    file = io.BytesIO()
    cut.save(file, "JPEG", quality=92)
    return file.getvalue()
