"""Draw the side of a print that one more photo should show, after an answer that is not sure.

Knows matches and what is remembered of their parts. The picture is the likeliest part's, in no
print's colour: it shows how to turn what lies there, not what it is.
"""

from collections.abc import Sequence

from PIL import Image

from catalog.files import FileKey
from catalog.meshes.binary_stl import corners_back
from catalog.signatures import signatures_of
from vision import Pose, Rotation, Signature
from vision.asked_view import Remembered, asked_view, remembered
from vision.closer import solid_of
from vision.editions import kept_as
from vision.print_colours import Colour
from vision.quick_render import rendered_as_seen
from workers.catalogue_index import PartMatch
from workers.cut_outs import png
from workers.look_alikes import mesh_of
from workers.shop import Shop

ASKED_PX = 420
#: Of the render: a grey that is no plastic's name.
NEUTRAL: Colour = (158, 166, 178)
#: From how many radii it is drawn.
AWAY_RADII = 4.0


def asked_view_of(matches: Sequence[PartMatch], *, shop: Shop) -> FileKey | None:
    """The side to turn to the camera, kept as PNG; None where no side would tell more.

    Args:
        matches: what the print may be, best first.
        shop: where they are remembered.
    """
    if not matches or matches[0].pose is None:  # how it lies is not known
        return None
    view = asked_view(_remembered(matches, shop))
    if view is None:
        return None
    return _drawn(matches[0], view.turned(matches[0].rotation), shop)


def _remembered(matches: Sequence[PartMatch], shop: Shop) -> list[Remembered]:
    """The looks of the first and of what else there is of the others."""
    slug = shop.recognition.describer.slug
    with shop.database.reading() as session:
        data = signatures_of(session, kept_as(slug), [match.part_id for match in matches])
    if matches[0].part_id not in data:  # it is just being described anew
        return []
    known = [data[match.part_id] for match in matches if match.part_id in data]
    found = [remembered(slug, Signature(each)) for each in known]
    return [each for each in found if each is not None]


def _drawn(match: PartMatch, rotation: Rotation, shop: Shop) -> FileKey | None:
    stl = mesh_of(match.part_id, shop)
    if stl is None:
        return None
    pose = Pose(
        rotation=rotation,
        shift_radii=(0.0, 0.0, AWAY_RADII),
        focal_px=AWAY_RADII,
        middle_px=(0.0, 0.0),
    )
    picture = rendered_as_seen(solid_of(corners_back(stl)), pose, colour=NEUTRAL, size_px=ASKED_PX)
    return shop.files.keep(png(Image.fromarray(picture)))
