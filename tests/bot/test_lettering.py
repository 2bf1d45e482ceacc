import pytest

from bot.lettering import _cut, _nearest, lettering, own_font

WIDE = 2000.0


def test_plain_english_is_set_in_the_typeface_that_is_the_same_everywhere() -> None:
    words = lettering("Bracket M4  ·  0 of 3 found…", size_px=40, room_px=WIDE)

    assert (words.text, words.font) == ("Bracket M4  ·  0 of 3 found…", own_font(40))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Ñandú & Söhne", "Nandu & Sohne"),
        ("Łódź, Große Straße", "Lodz, Grosse Strasse"),
        ("hook 🚲 \u200d three", "hook three"),
        ("\u202eevil\u2069", "evil"),
        ("\u2068\u05e9\u05dc\u05d5\u05dd\u2069 12", "12"),
    ],
)
def test_what_the_typeface_lacks_becomes_the_nearest_letters_and_never_a_box(
    text: str, drawn: str
) -> None:
    assert _nearest(text, own_font(40)) == drawn


def test_a_richer_typeface_is_taken_where_it_is_installed() -> None:
    words = lettering("Ñandú & Жук", size_px=40, room_px=WIDE)

    assert (words.text, words.font.getname()[0]) == ("Ñandú & Жук", "DejaVu Sans")


@pytest.mark.parametrize("room_px", [60, 120, 300])
def test_text_is_cut_to_its_room(room_px: int) -> None:
    text = _cut("A name that is much too long", own_font(40), room_px)

    assert text.endswith("…")
    assert own_font(40).getlength(text) <= room_px
