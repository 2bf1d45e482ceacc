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
from vision.asked_view import Leader, asked_view, leader, leading
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


def asked_view_of(
    matches: Sequence[PartMatch], probabilities: Sequence[float], *, shop: Shop
) -> FileKey | None:
    """The side to turn to the camera, kept as PNG; None where no side would tell more."""
    count = leading(probabilities)
    likeliest = [
        (match, probability)
        for match, probability in zip(matches[:count], probabilities, strict=False)
        if match.pose is not None  # what lies elsewhere in the photo turns otherwise
    ]
    leaders = _leaders(likeliest, shop)
    view = asked_view(leaders)
    if view is None:
        return None
    return _drawn(likeliest[0][0], view.turn @ leaders[0].rotation, shop)


def _leaders(likeliest: Sequence[tuple[PartMatch, float]], shop: Shop) -> list[Leader]:
    slug = shop.recognition.describer.slug
    with shop.database.reading() as session:
        ids = [match.part_id for match, _ in likeliest]
        data = signatures_of(session, kept_as(slug), ids)
    found = [
        leader(
            slug, Signature(data[match.part_id]), probability=chance, rotation=match.rotation
        )
        for match, chance in likeliest
        if match.part_id in data
    ]  # fmt: skip
    if any(each is None for each in found) or len(found) < len(likeliest):
        return []  # a describer that keeps no shape, or a part that is just described anew
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
