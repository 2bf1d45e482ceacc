"""Draw the proof of an answer: a part's lines over the photo, and the part from the photo's side.

Works without the queue. A part is drawn from the mesh that was kept for it, not from what the
search remembers of it, so that an engraving is seen. Where a pose is missing, or the mesh is gone
or too fine to be drawn while somebody waits, there is no proof and the stored preview is shown.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import Image

from catalog.meshes.binary_stl import corners_back
from catalog.sightings import ShownMatch
from vision import CutOut, Pose
from vision.closer import CloseLook, solid_of
from vision.overlay import lines_over
from vision.print_colours import Colour, line_colour, print_colour
from vision.quick_render import rendered_as_seen
from workers.catalogue_index import PartMatch
from workers.cut_outs import Window, png, window_of
from workers.look_alikes import mesh_of
from workers.shop import Shop

#: Candidates that are shown with their photo; what comes later shows its preview.
SHOWN = 3
VIEW_PX = 480
#: The longer side of the lines' layer, whatever the photo's: lines are as thin on a small photo.
LINES_PX = 640
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The pictures of one match, PNG with alpha: see catalog.sightings.ShownMatch."""

    lines: bytes
    view: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Easel:
    """What all candidates of one photo share."""

    look: CloseLook
    window: Window
    size: tuple[int, int]
    plastic: Colour
    ink: Colour


def proofs(
    matches: Sequence[PartMatch], cut_outs: Sequence[CutOut], *, shop: Shop
) -> list[ShownMatch | None]:
    """What is kept to show of each match, in their order; None for those that are not shown."""
    drawn = drawings(matches, cut_outs, shop=shop)
    shown = [None if each is None else _kept(each, shop) for each in drawn]
    return [*shown, *[None] * (len(matches) - len(shown))]


def drawings(
    matches: Sequence[PartMatch], cut_outs: Sequence[CutOut], *, shop: Shop
) -> list[Drawn | None]:
    """The pictures of the first matches over the first cut-out, of which their poses speak."""
    first = matches[:SHOWN]
    if not cut_outs or all(match.pose is None for match in first):
        return [None] * len(first)
    easel = _easel(cut_outs[0])
    with ThreadPoolExecutor(THREADS) as pool:  # drawing lets go of the GIL
        return list(pool.map(lambda match: _drawn(match, easel, shop), first))


def _easel(cut_out: CutOut) -> _Easel:
    window = window_of(cut_out)
    return _Easel(
        look=CloseLook.at(cut_out),
        window=window,
        size=_layer_size(window),
        plastic=print_colour(cut_out),
        ink=line_colour(cut_out),
    )


def _layer_size(window: Window) -> tuple[int, int]:
    width, height = window[2] - window[0], window[3] - window[1]
    scale = LINES_PX / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _drawn(match: PartMatch, easel: _Easel, shop: Shop) -> Drawn | None:
    stl = mesh_of(match.part_id, shop)
    if match.pose is None or stl is None:
        return None
    solid = solid_of(corners_back(stl))
    pose = easel.look.laid(solid, match.pose)
    lines = lines_over(solid, pose, window=easel.window, size=easel.size, colour=easel.ink)
    view = rendered_as_seen(solid, pose, colour=easel.plastic, size_px=VIEW_PX)
    return Drawn(lines=png(Image.fromarray(lines)), view=png(Image.fromarray(view)))


def _kept(drawn: Drawn, shop: Shop) -> ShownMatch:
    return ShownMatch(lines_key=shop.files.keep(drawn.lines), view_key=shop.files.keep(drawn.view))


def pose_facts(pose: Pose | None) -> dict[str, float | Sequence[float]] | None:
    """A pose's numbers beside its rotation, as rows keep them."""
    if pose is None:
        return None
    return {
        "shift_radii": list(pose.shift_radii),
        "focal_px": pose.focal_px,
        "middle_px": list(pose.middle_px),
    }
