"""What a worker lives through, over real HTTP."""

import io
import time

import pillow_heif
import pytest
from PIL import Image

from sandbox import Message
from tests.journeys.conftest import sample_photo
from whoseprint.demo import OpenDemo

pytestmark = pytest.mark.slow
PATIENCE_S = 90.0


def is_answered(message: Message) -> bool:
    return bool(message.buttons) or message.photo is not None


def test_a_photo_comes_back_as_part_and_customer_with_a_picture(running: OpenDemo) -> None:
    ana = running.worker

    started = time.monotonic()
    photo = ana.sends_photo(sample_photo("hook-on-desk"))
    answer = ana.waits_for(is_answered, after=photo, timeout_s=PATIENCE_S)
    answered_s = time.monotonic() - started

    assert "wall-hook" in answer.text
    assert answer.photo is not None
    with Image.open(io.BytesIO(answer.photo)) as picture:
        assert picture.width > picture.height
    assert ana.after(photo) == (answer,)
    assert 0 <= ana.first_sign_s(photo) < answered_s / 2


def test_a_heic_file_that_lies_on_its_side_is_read_like_a_photo(running: OpenDemo) -> None:
    with Image.open(io.BytesIO(sample_photo("hook-on-desk"))) as upright:
        exif = Image.Exif()
        exif[0x0112] = 6
        file = io.BytesIO()
        pillow_heif.from_pillow(upright.rotate(90, expand=True)).save(file, exif=exif.tobytes())

    sent = running.worker.sends_file("IMG_0001.HEIC", file.getvalue())
    answer = running.worker.waits_for(is_answered, after=sent, timeout_s=PATIENCE_S)

    assert "wall-hook" in answer.text


def test_an_album_is_one_print_and_has_one_answer(running: OpenDemo) -> None:
    ana = running.worker

    album = ana.sends_album([sample_photo("hook-on-desk")] * 3)
    answer = ana.waits_for(is_answered, after=album[-1], timeout_s=PATIENCE_S)

    assert "wall-hook" in answer.text
    assert ana.after(album[-1]) == (answer,)


def test_whois_in_reply_to_an_old_photo_offers_three_numbered_candidates(
    running: OpenDemo,
) -> None:
    ana = running.worker
    photo = ana.sends_photo(sample_photo("hook-on-desk"))
    ana.waits_for(is_answered, after=photo, timeout_s=PATIENCE_S)

    asked = ana.replies_to(photo, "/whois")
    answer = ana.waits_for(is_answered, after=asked, timeout_s=PATIENCE_S)

    assert list(answer.button_labels[:3]) == ["1", "2", "3"]
    assert "wall-hook" in answer.text


def test_of_two_prints_in_a_photo_the_other_one_is_a_tap_away(running: OpenDemo) -> None:
    ana = running.worker
    photo = ana.sends_photo(_side_by_side("hook-on-desk", "hook-on-desk"))
    first = ana.waits_for(is_answered, after=photo, timeout_s=PATIENCE_S)

    ana.presses(first, "Other object")
    ana.waits_until(
        lambda _: ana.look_at(first).photo != first.photo and bool(ana.look_at(first).buttons),
        timeout_s=PATIENCE_S,
    )
    other = ana.look_at(first)

    assert "wall-hook" in first.text
    assert "wall-hook" in other.text
    assert other.button_labels[-1] == "Other object"
    assert ana.after(photo) == (other,)


def _side_by_side(left: str, right: str) -> bytes:
    pictures = [Image.open(io.BytesIO(sample_photo(name))) for name in (left, right)]
    both = Image.new("RGB", (sum(each.width for each in pictures), pictures[0].height))
    both.paste(pictures[0], (0, 0))
    both.paste(pictures[1], (pictures[0].width, 0))
    file = io.BytesIO()
    both.save(file, "JPEG", quality=92)
    return file.getvalue()


def test_a_photo_without_a_print_names_nobody(running: OpenDemo) -> None:
    ana = running.worker

    photo = ana.sends_photo(sample_photo("empty-table"))
    answer = ana.waits_for(
        lambda message: message.text != "" and "…" not in message.text,
        after=photo,
        timeout_s=PATIENCE_S,
    )

    assert not any(customer in answer.first_line for customer in ("Northgate", "Harbour", "Linden"))


def test_a_confirmed_copy_counts_once_however_often_pressed_and_can_be_undone(
    running: OpenDemo,
) -> None:
    ana = running.worker
    photo = ana.sends_photo(sample_photo("hook-on-desk"), caption="/whois")
    answer = ana.waits_for(is_answered, after=photo, timeout_s=PATIENCE_S)
    number = next(line.split()[0] for line in answer.text.splitlines() if "wall-hook" in line)

    ana.presses(answer, number)
    ana.waits_until(lambda _: "1 of" in ana.look_at(answer).text)
    ana.sees_toast(ana.taps_data(answer, answer.buttons[int(number) - 1].data or ""))
    still_one = ana.look_at(answer).text
    ana.presses(answer, "Undo")
    ana.waits_until(lambda _: "confirmed" not in ana.look_at(answer).text)

    assert "1 of" in still_one
    assert "wall-hook" in ana.look_at(answer).text
