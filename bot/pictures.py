"""The pictures people see: a photo beside its part, three candidates, a list with previews.

Knows stored PNG files of our own making and nothing of what they mean; photos as they were sent
never come here (their cut-outs do). Everything is drawn at twice the size it is seen at on a phone,
on one ground colour, in rounded tiles. Blocking: call from a thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from bot.lettering import lettering, own_font

GROUND = (233, 237, 242)
TILE = (255, 255, 255)
INK = (30, 41, 59)
PALE = (148, 163, 184)
ACCENT = (37, 99, 235)
#: What differs between look-alikes, as in vision/telling_side.py, and the frame around it.
MARK = (234, 108, 0)
FRAME_PX = 6
#: The ground of a picture that is still to be taken, the side of the finder around it and of what
#: it holds, as shares of the tile's height, and how long the finder's corners are.
ASKED = (219, 229, 246)
FINDER, FINDER_FILL, FINDER_ARM_PX = 0.88, 0.74, 54
WIDTH_PX = 1280
GAP_PX = 24
RADIUS_PX = 36
PAIR_HEIGHT_PX = 660
TRIO_HEIGHT_PX = 470
ROW_HEIGHT_PX = 150
SHADOW_PX = 10
#: How much of its tile a part fills.
FILL = 0.84
#: How much room is left around a print in its photo.
PHOTO_MARGIN = 0.22
RIM_PX = 3
OUTLINE_PX = 5
#: What a mask calls the print.
INSIDE = 128
BADGE_PX = 76
JPEG_QUALITY = 88
#: What of the photo around the print stays visible.
DIM = 0.55
#: The same where a part's lines are to be compared with the photo, and how softly that begins.
DIM_TRACED = 0.3
SOFT_PX = 8

#: Room inside a tile that is filled to its edges otherwise.
PADDING_PX = 28
BACKDROP_BLUR_PX = 40
#: A blur needs no fine pixels.
COARSER = 8

Size = tuple[int, int]
Window = tuple[int, int, int, int]


def beside(cut_out: bytes | None, preview: bytes | None, lines: bytes | None = None) -> bytes:
    """The photo with the part's lines, or its print outlined, and the part to its right; JPEG."""
    tiles = 1 if cut_out is None else 2
    canvas = _canvas(PAIR_HEIGHT_PX)
    width = (WIDTH_PX - (tiles + 1) * GAP_PX) // tiles
    size = (width, PAIR_HEIGHT_PX - 2 * GAP_PX)
    faces = [_render_tile(preview, size)]
    if cut_out is not None:
        faces.insert(0, _cut_out_tile(cut_out, size, lines))
    _hang(canvas, faces)
    return _jpeg(canvas)


def marked(cut_out: bytes | None) -> bytes:
    """The photo alone, with what was cut out of it outlined; JPEG."""
    canvas = _canvas(PAIR_HEIGHT_PX)
    size = (WIDTH_PX - 2 * GAP_PX, PAIR_HEIGHT_PX - 2 * GAP_PX)
    _hang(canvas, [_cut_out_tile(cut_out, size)])
    return _jpeg(canvas)


@dataclass(frozen=True, slots=True)
class TellingSide:
    """Two candidates beside each other in one PNG, from the side that tells them apart."""

    content: bytes
    numbers: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is shown below the candidates.

    Attributes:
        asked_view: the side that one more photo should show, a PNG.
    """

    telling: TellingSide | None = None
    asked_view: bytes | None = None


def numbered(
    previews: Sequence[bytes | None],
    cut_out: bytes | None = None,
    *,
    sides: Sides | None = None,
) -> bytes:
    """Up to three renders with numbers in their corners; JPEG.

    Where there is a photo it is the first of four tiles, all of one size: the eye compares it
    with each. The side that would tell them apart is one more tile, framed, at the end.
    """
    columns = 3 if cut_out is None else 2
    size = ((WIDTH_PX - (columns + 1) * GAP_PX) // columns, TRIO_HEIGHT_PX - 2 * GAP_PX)
    faces = [] if cut_out is None else [_cut_out_tile(cut_out, size)]
    for number, preview in enumerate(previews, start=1):
        face = _render_tile(preview, size)
        _badge(face, str(number))
        faces.append(face)
    rows = [faces[first : first + columns] for first in range(0, len(faces), columns)]
    wide = (WIDTH_PX - 2 * GAP_PX, size[1])
    if sides is not None and sides.telling is not None:
        rows.append([_telling_tile(sides.telling, wide)])
    if sides is not None and sides.asked_view is not None:
        rows.append([_asked_tile(sides.asked_view, wide)])
    canvas = _canvas(len(rows) * (TRIO_HEIGHT_PX - GAP_PX) + GAP_PX)
    for place, row in enumerate(rows):
        _hang(canvas, row, top=GAP_PX + place * (TRIO_HEIGHT_PX - GAP_PX))
    return _jpeg(canvas)


def _telling_tile(telling: TellingSide, size: Size) -> Image.Image:
    """Both halves with their numbers, in a frame of the colour that marks what differs."""
    face = Image.new("RGB", size, TILE)
    both = _opened(telling.content)
    half = (size[0] // 2, size[1])
    for place, number in enumerate(telling.numbers):
        cut = both.crop((place * both.width // 2, 0, (place + 1) * both.width // 2, both.height))
        tile = Image.new("RGB", half, TILE)
        _centre(tile, cut, fill=FILL)
        _badge(tile, str(number), colour=MARK)
        face.paste(tile, (place * half[0], 0))
    _frame(face, MARK)
    return face


def _asked_tile(view: bytes, size: Size) -> Image.Image:
    """The side to photograph in the corners of a finder: a picture to be taken, not a part."""
    face = Image.new("RGB", size, ASKED)
    drawn = _opened(view)
    box = drawn.getchannel("A").getbbox() or (0, 0, drawn.width, drawn.height)
    finder = Image.new("RGB", (size[1], size[1]), ASKED)
    _centre(finder, drawn.crop(box), fill=FINDER_FILL)
    face.paste(finder, ((size[0] - size[1]) // 2, 0))
    draw = ImageDraw.Draw(face)
    half, middle = size[1] * FINDER / 2, (size[0] / 2, size[1] / 2)
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        corner = (middle[0] + x * half, middle[1] + y * half)
        for end in ((corner[0] - x * FINDER_ARM_PX, corner[1]),
                    (corner[0], corner[1] - y * FINDER_ARM_PX)):  # fmt: skip
            draw.line((*corner, *end), fill=ACCENT, width=FRAME_PX, joint="curve")
    return face


def _frame(face: Image.Image, colour: tuple[int, int, int]) -> None:
    ImageDraw.Draw(face).rounded_rectangle(
        (3, 3, face.width - 4, face.height - 4), RADIUS_PX, outline=colour, width=FRAME_PX
    )


def sheet(contact_sheet: bytes) -> bytes:
    """A part from several sides, on the same ground as everything else; JPEG."""
    drawn = _opened(contact_sheet)
    width = WIDTH_PX - 2 * GAP_PX
    inner = width - 2 * PADDING_PX
    height = max(1, round(drawn.height * inner / drawn.width)) + 2 * PADDING_PX
    canvas = _canvas(height + 2 * GAP_PX)
    face = Image.new("RGB", (width, height), TILE)
    _centre(face, drawn, fill=inner / width)
    _hang(canvas, [face])
    return _jpeg(canvas)


def listed(rows: Sequence[tuple[bytes | None, str, str]]) -> bytes:
    """Previews with two lines each, one below the other; JPEG."""
    canvas = _canvas(len(rows) * (ROW_HEIGHT_PX + GAP_PX) + GAP_PX)
    for place, (preview, title, below) in enumerate(rows):
        face = Image.new("RGB", (WIDTH_PX - 2 * GAP_PX, ROW_HEIGHT_PX), TILE)
        face.paste(_render_tile(preview, (ROW_HEIGHT_PX, ROW_HEIGHT_PX)), (12, 0))
        draw = ImageDraw.Draw(face)
        left = ROW_HEIGHT_PX + 44
        room = face.width - left - 24
        for text, top, size_px, colour in ((title, 28, 46, INK), (below, 88, 36, PALE)):
            words = lettering(text, size_px=size_px, room_px=room)
            draw.text(
                (left, top), words.text, fill=colour, font=words.font, direction=words.direction
            )
        _lay(canvas, face, (GAP_PX, GAP_PX + place * (ROW_HEIGHT_PX + GAP_PX)))
    return _jpeg(canvas)


def _canvas(height: int) -> Image.Image:
    return Image.new("RGB", (WIDTH_PX, height), GROUND)


def _hang(canvas: Image.Image, faces: Sequence[Image.Image], *, top: int = GAP_PX) -> None:
    used = sum(face.width for face in faces) + GAP_PX * (len(faces) - 1)
    left = (canvas.width - used) // 2
    for face in faces:
        _lay(canvas, face, (left, top))
        left += face.width + GAP_PX


def _lay(canvas: Image.Image, face: Image.Image, at: Size) -> None:
    """Lay a tile down with round corners and a soft shadow."""
    mask = _round(face.size)
    shadow = Image.new("L", (face.width + 4 * SHADOW_PX, face.height + 4 * SHADOW_PX), 0)
    shadow.paste(Image.new("L", face.size, 60), (2 * SHADOW_PX, 2 * SHADOW_PX), mask)
    shadow = shadow.filter(ImageFilter.GaussianBlur(SHADOW_PX))
    corner = (at[0] - 2 * SHADOW_PX, at[1] - 2 * SHADOW_PX + SHADOW_PX // 2)
    canvas.paste(Image.new("RGB", shadow.size, (71, 85, 105)), corner, shadow)
    canvas.paste(face, at, mask)


def _round(size: Size) -> Image.Image:
    finer = 2
    mask = Image.new("L", (size[0] * finer, size[1] * finer), 0)
    ImageDraw.Draw(mask).rounded_rectangle(
        (0, 0, mask.width - 1, mask.height - 1), RADIUS_PX * finer, fill=255
    )
    return mask.resize(size, Image.Resampling.LANCZOS)


def _render_tile(preview: bytes | None, size: Size) -> Image.Image:
    face = Image.new("RGB", size, TILE)
    if preview is None:
        draw = ImageDraw.Draw(face)
        draw.text(
            (size[0] / 2, size[1] / 2), "?", fill=PALE, font=own_font(size[1] // 2), anchor="mm"
        )
        return face
    drawn = _opened(preview)
    box = drawn.getchannel("A").getbbox() or (0, 0, drawn.width, drawn.height)
    _centre(face, drawn.crop(box), fill=FILL)
    return face


def _centre(face: Image.Image, drawn: Image.Image, *, fill: float) -> None:
    scale = min(face.width * fill / drawn.width, face.height * fill / drawn.height)
    size = (max(1, round(drawn.width * scale)), max(1, round(drawn.height * scale)))
    fitted = drawn.resize(size, Image.Resampling.LANCZOS)
    corner = ((face.width - size[0]) // 2, (face.height - size[1]) // 2)
    face.paste(fitted, corner, fitted.getchannel("A"))


def _cut_out_tile(cut_out: bytes | None, size: Size, lines: bytes | None = None) -> Image.Image:
    if cut_out is None:
        return _render_tile(None, size)
    photo = _opened(cut_out)
    return _photo_tile(photo, size) if lines is None else _traced(photo, _opened(lines), size)


def _traced(cut_out: Image.Image, lines: Image.Image, size: Size) -> Image.Image:
    """The part of the photo that holds the print, with a part's lines laid over it.

    What the mask leaves out is hardly paled: here the photo is to be compared, and may be right
    where the mask is wrong.
    """
    window = _window(cut_out, size)
    photo = _through(window, cut_out.convert("RGB"), size)
    mask = cut_out.getchannel("A").crop(window).resize(size, Image.Resampling.BILINEAR)
    around = Image.blend(photo, Image.new("RGB", size, TILE), DIM_TRACED)
    around.paste(photo, (0, 0), mask.filter(ImageFilter.GaussianBlur(SOFT_PX)))
    finer = lines.width / cut_out.width
    left, top, right, bottom = (round(side * finer) for side in window)
    layer = lines.crop((left, top, right, bottom)).resize(size, Image.Resampling.LANCZOS)
    around.paste(layer, (0, 0), layer.getchannel("A"))
    return around


def _photo_tile(cut_out: Image.Image, size: Size) -> Image.Image:
    """The part of the photo that holds the print, its surroundings paled, its outline drawn."""
    window = _window(cut_out, size)
    # colours and mask apart: scaling both together would blacken what is transparent
    mask = cut_out.getchannel("A").crop(window).resize(size, Image.Resampling.BILINEAR)
    inside = mask.point(lambda value: 255 if value >= INSIDE else 0)
    photo = _through(window, cut_out.convert("RGB"), size)
    around = Image.blend(photo, Image.new("RGB", size, TILE), DIM)
    around.paste(photo, (0, 0), inside)
    # two rims: blue is seen on most prints, white on blue ones
    near = _grown(inside, RIM_PX)
    far = _grown(inside, RIM_PX + OUTLINE_PX)
    for grown, kept, colour in ((far, near, ACCENT), (near, inside, TILE)):
        rim = Image.composite(Image.new("L", size, 0), grown, kept)
        rim = rim.filter(ImageFilter.GaussianBlur(1))
        around.paste(Image.new("RGB", size, colour), (0, 0), rim)
    return around


def _grown(inside: Image.Image, by_px: int) -> Image.Image:
    """A mask grown all around; a thresholded blur is cheaper than a maximum filter."""
    blurred = inside.filter(ImageFilter.BoxBlur(by_px))
    return blurred.point(lambda value: 255 if value > 0 else 0)


def _through(window: Window, photo: Image.Image, size: Size) -> Image.Image:
    """The photo seen through a window; where the window reaches beyond it, a blur of it."""
    coarse = photo.resize((size[0] // COARSER, size[1] // COARSER), reducing_gap=2.0)
    backdrop = coarse.filter(ImageFilter.GaussianBlur(BACKDROP_BLUR_PX / COARSER)).resize(size)
    scale = size[0] / (window[2] - window[0])
    scaled = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    corner = (round(-window[0] * scale), round(-window[1] * scale))
    backdrop.paste(photo.resize(scaled, Image.Resampling.LANCZOS), corner)
    return backdrop


def _window(cut_out: Image.Image, size: Size) -> Window:
    """Where to look in the photo: around the print, in the tile's proportions."""
    left, top, right, bottom = cut_out.getchannel("A").getbbox() or (0, 0, *cut_out.size)
    side = max(right - left, (bottom - top) * size[0] / size[1]) * (1 + PHOTO_MARGIN)
    half_w, half_h = side / 2, side * size[1] / size[0] / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    if 2 * half_w <= cut_out.width:
        x = min(max(x, half_w), cut_out.width - half_w)
    if 2 * half_h <= cut_out.height:
        y = min(max(y, half_h), cut_out.height - half_h)
    return (round(x - half_w), round(y - half_h), round(x + half_w), round(y + half_h))


def _badge(face: Image.Image, text: str, *, colour: tuple[int, int, int] = ACCENT) -> None:
    draw = ImageDraw.Draw(face)
    box = (20, 20, 20 + BADGE_PX, 20 + BADGE_PX)
    draw.ellipse(box, fill=colour)
    draw.text(
        (20 + BADGE_PX / 2, 20 + BADGE_PX / 2), text, fill=TILE, font=own_font(46), anchor="mm"
    )


def _opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGBA")


def _jpeg(canvas: Image.Image) -> bytes:
    held = BytesIO()
    canvas.save(held, "JPEG", quality=JPEG_QUALITY)
    return held.getvalue()
