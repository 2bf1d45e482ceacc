"""Valid files, mutated: whatever comes, a complaint or a result, never another exception."""

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import from_pillow

from catalog.archives import PartArchive
from catalog.errors import Complaint
from catalog.meshes import PART_SUFFIXES, MeshLimits, read_parts
from catalog.order_book import read_order_book
from catalog.order_caption import parse_caption
from catalog.pictures import read_picture
from tests.catalog import mesh_files as files

SHAPE = files.bracket()
LIMITS = MeshLimits(triangles=20_000, unpacked_bytes=50_000_000)


def _picture(form: str) -> bytes:
    noise = np.random.default_rng(5).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    picture, kept = Image.fromarray(noise), io.BytesIO()
    if form == "HEIF":
        from_pillow(picture).save(kept)
    else:
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(kept, form, exif=exif)
    return kept.getvalue()


def _archive() -> bytes:
    return files.zipped({"a/part.stl": files.binary_stl(SHAPE), "read me.txt": b"hello " * 50})


MESHES = {
    "binary.stl": files.binary_stl(SHAPE),
    "ascii.stl": files.ascii_stl(SHAPE),
    "part.obj": files.obj(SHAPE),
    "binary.ply": files.ply(SHAPE),
    "ascii.ply": files.ply(SHAPE, "ascii"),
    "part.3mf": files.threemf(files.threemf_object(SHAPE, 1), '<item objectid="1"/>', packed=False),
}
MESHES["3dmodel.model"] = files.unzipped(MESHES["part.3mf"], "3D/3dmodel.model")
PICTURES = {form: _picture(form) for form in ("JPEG", "PNG", "WEBP", "HEIF")}


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with some bytes overwritten, cut out, doubled, or its end cut off."""
    place = st.integers(0, len(content)) | st.integers(0, min(len(content), 400))
    chunk = st.binary(max_size=6) | st.sampled_from(
        [b"\xff\xff\xff\xff", b"\0\0\0\0", b"nan", b"-1", b"9e99", b"\x7f\xff", b"1e", b" ", b"\n"]
    )
    edit = st.tuples(st.sampled_from("oxid"), place, st.integers(0, 40), chunk)
    return st.lists(edit, min_size=1, max_size=6).map(lambda edits: _edited(content, edits))


def _edited(content: bytes, edits: list[tuple[str, int, int, bytes]]) -> bytes:
    for kind, place, length, chunk in edits:
        before, after = content[:place], content[place:]
        match kind:
            case "o":
                content = before + chunk + after[len(chunk) :]
            case "x":
                content = before + after[length:]
            case "i":
                content = before + chunk + after
            case "d":
                content = before if length == 0 else before + after[:length] + after
    return content


def survives_mesh(name: str, content: bytes) -> None:
    if name == "3dmodel.model":  # mutated before it is packed, so that its checksum is right
        name, content = "part.3mf", files.zipped({"3D/3dmodel.model": content})
    try:
        parts = read_parts(content, name, limits=LIMITS)
    except Complaint:
        return
    for part in parts:
        assert np.isfinite(part.mesh.vertices_mm).all()
        assert part.mesh.faces.max() < len(part.mesh.vertices_mm)
        assert part.details.area_mm2 > 0


def survives_picture(content: bytes) -> None:
    try:
        picture = read_picture(content)
    except Complaint:
        return
    assert picture.dtype == np.uint8
    assert picture.ndim == 3


def survives_archive(content: bytes) -> None:
    with (
        suppress(Complaint),
        PartArchive(content, "parts.zip", suffixes=PART_SUFFIXES) as archive,
    ):
        assert all(".." not in part.path for part in archive.parts())


few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
many = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", MESHES)
@few
@given(data=st.data())
def test_a_few_mutated_meshes_end_in_a_part_or_a_complaint(name: str, data: st.DataObject) -> None:
    survives_mesh(name, data.draw(mutated(MESHES[name])))


@pytest.mark.parametrize("form", PICTURES)
@few
@given(data=st.data())
def test_a_few_mutated_pictures_end_in_pixels_or_a_complaint(
    form: str, data: st.DataObject
) -> None:
    survives_picture(data.draw(mutated(PICTURES[form])))


@few
@given(content=mutated(_archive()))
def test_a_few_mutated_archives_end_in_parts_or_a_complaint(content: bytes) -> None:
    survives_archive(content)


@few
@given(caption=st.text(max_size=300) | st.from_regex(r"([a-z]{1,8}: ?[^;]{0,9};){1,6}"))
def test_any_caption_ends_in_fields_or_a_complaint(caption: str) -> None:
    with suppress(Complaint):
        assert parse_caption(caption) == parse_caption(caption)


@few
@given(
    content=st.binary(max_size=300)
    | mutated(b'part,customer,quantity,due\na/b,"ACME, Inc",3,2026-12-24\nc,,x,\n')
)
def test_any_order_book_ends_in_rows_or_a_complaint(content: bytes) -> None:
    try:
        book = read_order_book(content)
    except Complaint:
        return
    assert all(row.part for row in book.rows)
    assert all(str(row.reason) for row in book.refused)


@pytest.mark.slow
@pytest.mark.parametrize("name", MESHES)
@many
@given(data=st.data())
def test_a_thousand_mutated_meshes_end_in_a_part_or_a_complaint(
    name: str, data: st.DataObject
) -> None:
    survives_mesh(name, data.draw(mutated(MESHES[name])))


@pytest.mark.slow
@pytest.mark.parametrize("form", PICTURES)
@many
@given(data=st.data())
def test_a_thousand_mutated_pictures_end_in_pixels_or_a_complaint(
    form: str, data: st.DataObject
) -> None:
    survives_picture(data.draw(mutated(PICTURES[form])))


@pytest.mark.slow
@many
@given(content=mutated(_archive()))
def test_a_thousand_mutated_archives_end_in_parts_or_a_complaint(content: bytes) -> None:
    survives_archive(content)
