"""Letters in pictures: a typeface that has them, or else the nearest letters that there are.

Pillow brings a typeface of its own that is the same on every machine and knows English alone. What
it lacks is set in DejaVu Sans where that is installed; where it is not, accents are dropped, and so
is what still cannot be drawn: an empty box would say less. The words under a picture have it all.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

RICHER = "DejaVuSans.ttf"
ELLIPSIS = "…"
#: Drawn by any typeface as the box that stands for what it lacks.
NO_LETTER = "\uffff"
#: What keeps a name from turning the words around it.
ISOLATES = {"\u2068", "\u2069"}
#: Letters without an accent to drop.
PLAINER = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text that can be drawn, and in what."""

    text: str
    font: Font

    @property
    def direction(self) -> str | None:
        """Of the line as a whole, whatever script a name in it has; None where Pillow cannot."""
        return "ltr" if self.font.layout_engine is ImageFont.Layout.RAQM else None


def lettering(text: str, *, size_px: int, room_px: float) -> Lettering:
    """The text as it can be drawn, cut to the room there is."""
    for font in _fonts(size_px):
        if all(_draws(font, letter) for letter in text):
            return Lettering(_cut(text, font, room_px), font)
    best = _fonts(size_px)[-1]
    return Lettering(_cut(_nearest(text, best), best, room_px), best)


@cache
def own_font(size_px: int) -> Font:
    """Pillow's own typeface."""
    font = ImageFont.load_default(size_px)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType")
    return font


@cache
def _fonts(size_px: int) -> tuple[Font, ...]:
    """What there is, preferred first."""
    try:
        return own_font(size_px), ImageFont.truetype(RICHER, size_px * 9 // 10)
    except OSError:
        return (own_font(size_px),)


@cache
def _draws(font: Font, letter: str) -> bool:
    if letter.isspace():
        return True
    if letter in ISOLATES:  # a shaping engine obeys them, the other one draws them
        return font.layout_engine is ImageFont.Layout.RAQM
    return bytes(font.getmask(letter)) != bytes(font.getmask(NO_LETTER))


def _nearest(text: str, font: Font) -> str:
    kept = (_nearest_letter(letter, font) for letter in text)
    return " ".join("".join(kept).split())


def _nearest_letter(letter: str, font: Font) -> str:
    if _draws(font, letter):
        return letter
    plain = unicodedata.normalize("NFKD", letter.translate(PLAINER))
    return "".join(each for each in plain if _draws(font, each))


def _cut(text: str, font: Font, room_px: float) -> str:
    if font.getlength(text) <= room_px:
        return text
    while text and font.getlength(text + ELLIPSIS) > room_px:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS
