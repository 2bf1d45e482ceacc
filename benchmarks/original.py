"""The original method as the original does it, for the side-by-side of benchmarks/speed.py.

Six render files a part lie on disk; for each photo every one of them is opened and hashed anew.
The method without that waste is the describer `seed6`.
"""

from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from catalog.meshes.binary_stl import read_back
from catalog.parts import part_of
from catalog.signatures import searchable
from vision import Mesh, NothingFound, RgbImage
from vision.cut_out import cut_out
from vision.editions import kept_as
from vision.rasteriser import render_views
from vision.seed6 import AMBIENT
from vision.viewpoints import axis_views
from workers.identify import read_pictures
from workers.shop import Shop

RENDER_PX = 256
INSIDE = 0.5
Renders = dict[int, list[Path]]


def render_files(shop: Shop, folder: Path) -> Renders:
    """Six pictures a part on disk, as the original keeps them."""
    with shop.database.reading() as session:
        ids = list(searchable(session, kept_as(shop.recognition.describer.slug)))
        keys = {part_id: part.mesh_key for part_id in ids if (part := part_of(session, part_id))}
    files: Renders = {}
    for part_id, key in keys.items():
        read = read_back(shop.files.read(key))
        mesh = Mesh(vertices_mm=read.vertices_mm, faces=read.faces)
        views = render_views(mesh, axis_views(), size_px=RENDER_PX)
        files[part_id] = []
        for number, (normals, mask) in enumerate(zip(views.normals, views.mask, strict=True)):
            shaded = 255 * (AMBIENT - (1 - AMBIENT) * normals[..., 2]).clip(0, 1)
            path = folder / f"{part_id}-{number}.png"
            cropped(np.repeat(shaded[..., None], 3, axis=2).astype(np.uint8), mask).save(path)
            files[part_id].append(path)
    return files


def original_search(photo: bytes, *, shop: Shop, renders: Renders) -> int:
    """Cut out, then open and hash every render file: what the original does for each request."""
    picture = read_pictures([photo], shop=shop)[0]
    try:
        found = cut_out(picture, segmenter=shop.recognition.segmenter)
        asked = cropped(found.rgb, found.mask >= INSIDE)
    except NothingFound:
        asked = Image.fromarray(picture)
    average, perceptual = imagehash.average_hash(asked), imagehash.phash(asked)

    def distance(path: Path) -> int:
        with Image.open(path) as render:
            near = imagehash.average_hash(render) - average
            return int(near + (imagehash.phash(render) - perceptual))

    return min(renders, key=lambda part: min(distance(path) for path in renders[part]))


def cropped(rgb: RgbImage, mask: NDArray[np.bool_]) -> Image.Image:
    """What the mask leaves, on black, cropped to its box."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return Image.fromarray(rgb[box] * mask[box][..., None].astype(np.uint8))
