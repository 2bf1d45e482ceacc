import numpy as np
import pytest

from catalog.meshes import (
    Finding,
    FindingKind,
    MeshArrays,
    MeshLimits,
    PartSize,
    ReadPart,
    read_parts,
    same_geometry,
)
from catalog.meshes.sameness import mirrored
from tests.catalog import mesh_files as files

BRACKET = files.bracket()


def one(content: bytes, name: str = "part.stl", **limits: int) -> ReadPart:
    (part,) = read_parts(content, name, limits=MeshLimits(**limits))
    return part


def kinds(part: ReadPart) -> list[FindingKind]:
    return [finding.kind for finding in part.findings]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.binary_stl(BRACKET), "a/Bracket M4.STL"),
        (files.binary_stl(BRACKET, header=b"solid though binary"), "Bracket M4.stl"),
        (files.binary_stl(BRACKET) + b"\0" * 7, "Bracket M4.stl"),
        (files.ascii_stl(BRACKET), "Bracket M4.stl"),
        (files.ascii_stl(BRACKET).replace(b"\n", b"\r\n").upper(), "Bracket M4.stl"),
        (files.ascii_stl(BRACKET, name="Größe".encode().decode("latin-1")), "Bracket M4.stl"),
        (files.ascii_stl(BRACKET).replace(b".", b","), "Bracket M4.stl"),
        (files.obj(BRACKET), "Bracket M4.obj"),
        (files.ply(BRACKET), "Bracket M4.ply"),
        (files.ply(BRACKET, "binary_big_endian"), "Bracket M4.ply"),
        (files.ply(BRACKET, "ascii"), "Bracket M4.ply"),
        (
            files.threemf(files.threemf_object(BRACKET, 1), '<item objectid="1"/>'),
            "Bracket M4.3mf",
        ),
    ],
)
def test_every_format_gives_the_same_part(content: bytes, name: str) -> None:
    part = one(content, name)

    assert (part.name, part.copies) == ("Bracket M4", 1)
    assert part.details.triangles == len(BRACKET.faces)
    assert part.details.closed
    assert part.details.pieces == 1
    assert part.details.size == PartSize(length_mm=42, width_mm=30, height_mm=17)
    assert same_geometry(part.mesh, BRACKET)


def test_a_box_is_measured_exactly() -> None:
    details = one(files.binary_stl(files.box(30, 20, 10))).details

    assert details.size == PartSize(length_mm=30, width_mm=20, height_mm=10)
    assert details.volume_mm3 == pytest.approx(6000)
    assert details.area_mm2 == pytest.approx(2200)
    assert (details.triangles, details.pieces, details.closed) == (12, 1, True)


def test_an_ascii_file_and_one_with_decimal_commas_are_said_to_be() -> None:
    commas = files.ascii_stl(BRACKET).replace(b".", b",")

    assert kinds(one(files.ascii_stl(BRACKET))) == [FindingKind.ASCII]
    assert kinds(one(commas)) == [FindingKind.ASCII, FindingKind.DECIMAL_COMMAS]


def test_several_solids_of_one_ascii_file_are_the_pieces_of_one_part() -> None:
    other = files.moved(files.box(), np.eye(3), np.array([100.0, 0, 0]))

    part = one(files.ascii_stl(BRACKET) + files.ascii_stl(other, "second"))

    assert part.details.pieces == 2
    assert Finding(kind=FindingKind.MANY_PIECES, count=2) in part.findings


def test_holes_are_counted_and_the_part_is_taken() -> None:
    far = files.box().faces
    open_box = MeshArrays(vertices_mm=files.box().vertices_mm, faces=far[1:])
    two_holes = files.joined(open_box, files.moved(open_box, np.eye(3), np.array([99.0, 0, 0])))

    part = one(files.binary_stl(two_holes))

    assert Finding(kind=FindingKind.OPEN, count=2) in part.findings
    assert not part.details.closed


def test_an_inside_out_part_is_turned() -> None:
    inside_out = MeshArrays(vertices_mm=BRACKET.vertices_mm, faces=BRACKET.faces[:, ::-1])

    part = one(files.binary_stl(inside_out))

    assert kinds(part) == [FindingKind.INSIDE_OUT]
    assert same_geometry(part.mesh, BRACKET)
    assert part.details.closed


def test_one_flipped_shell_of_two_is_turned_and_a_cavity_is_left() -> None:
    wrong = files.moved(files.box(5, 5, 5), np.eye(3), np.array([100.0, 0, 0]))
    wrong = MeshArrays(vertices_mm=wrong.vertices_mm, faces=wrong.faces[:, ::-1])
    cavity = files.moved(files.box(2, 2, 2), np.eye(3), np.array([10.0, 5, 5]))
    cavity = MeshArrays(vertices_mm=cavity.vertices_mm, faces=cavity.faces[:, ::-1])

    part = one(files.binary_stl(files.joined(files.box(), wrong, cavity)))

    assert Finding(kind=FindingKind.FLIPPED_SHELLS, count=1) in part.findings
    assert part.details.volume_mm3 == pytest.approx(6000 + 125 - 8)


def test_single_triangles_that_face_the_wrong_way_are_turned() -> None:
    faces = BRACKET.faces.copy()
    faces[[3, 17, 40]] = faces[[3, 17, 40], ::-1]
    spoilt = MeshArrays(vertices_mm=BRACKET.vertices_mm, faces=faces)

    part = one(files.binary_stl(spoilt))

    assert part.findings == (Finding(kind=FindingKind.FLIPPED_TRIANGLES, count=3),)
    assert part.details.closed
    assert part.details.volume_mm3 == pytest.approx(
        one(files.binary_stl(BRACKET)).details.volume_mm3
    )


def test_collapsed_triangles_are_dropped_and_counted() -> None:
    dots = np.zeros((3, 3), dtype=np.int32)
    spoilt = MeshArrays(
        vertices_mm=BRACKET.vertices_mm, faces=np.concatenate([BRACKET.faces, dots])
    )

    part = one(files.binary_stl(spoilt))

    assert part.findings == (Finding(kind=FindingKind.DEGENERATE, count=3),)
    assert part.details.triangles == len(BRACKET.faces)


def test_edges_with_more_than_two_triangles_are_counted() -> None:
    beside = files.moved(files.box(30, 20, 10), np.eye(3), np.array([30.0, 20, 0]))

    part = one(files.binary_stl(files.joined(files.box(30, 20, 10), beside)))

    assert Finding(kind=FindingKind.NON_MANIFOLD, count=1) in part.findings


def test_pieces_that_run_through_each_other_are_said_to_cross() -> None:
    beam = files.moved(files.box(60, 4, 4), np.eye(3), np.array([-15.0, 8, 3]))

    part = one(files.binary_stl(files.joined(files.box(), beam)))

    # the four long sides of the beam pierce two faces of the box: 2 triangles or more of each
    crossing = next(f.count for f in part.findings if f.kind is FindingKind.SELF_CROSSING)
    assert 6 <= crossing <= 12
    assert part.details.pieces == 2


def test_pieces_that_only_touch_do_not_cross() -> None:
    beside = files.moved(files.box(30, 20, 10), np.eye(3), np.array([30.0, 3, 2]))

    part = one(files.binary_stl(files.joined(files.box(30, 20, 10), beside)))

    assert kinds(part) == [FindingKind.MANY_PIECES]


def test_a_suspicion_about_the_unit_is_said_and_nothing_is_scaled() -> None:
    inches = one(files.binary_stl(files.box(2, 1, 0.5)))
    metres = one(files.binary_stl(files.box(0.05, 0.03, 0.02)))

    assert kinds(inches) == [FindingKind.MAYBE_INCHES]
    assert kinds(metres) == [FindingKind.MAYBE_METRES]
    assert inches.details.size.length_mm == 2


def test_a_polygon_becomes_a_fan_and_negative_indices_count_back() -> None:
    square_box = (
        "v 0 0 0\nv 2 0 0\nv 2 2 0\nv 0 2 0\nv 0 0 2\nv 2 0 2\nv 2 2 2\nv 0 2 2\n"
        "f 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf -5 -8 -4 -1\n"
    )

    details = one(square_box.encode(), "box.obj").details

    assert (details.triangles, details.volume_mm3, details.closed) == (12, pytest.approx(8), True)


def test_mixed_polygons_of_a_ply_are_read_row_by_row() -> None:
    text = (
        "ply\nformat ascii 1.0\nelement vertex 5\nproperty float x\nproperty float y\n"
        "property float z\nelement face 5\nproperty uchar flags\n"
        "property list uchar int vertex_index\nend_header\n"
        "0 0 0\n4 0 0\n4 4 0\n0 4 0\n2 2 3\n"
        "0 4 3 2 1 0\n1 3 0 1 4\n1 3 1 2 4\n1 3 2 3 4\n1 3 3 0 4"
    )

    details = one(text.encode(), "pyramid.ply").details

    assert (details.triangles, details.volume_mm3, details.closed) == (6, pytest.approx(16), True)


def test_a_build_plate_gives_each_object_once_with_its_copies() -> None:
    objects = (
        files.threemf_object(BRACKET, 1, "Bracket.stl")
        + files.threemf_object(files.box(), 2, "Box")
        + files.threemf_object(files.moved(BRACKET, np.eye(3), np.array([9.0, 9, 9])), 3, "again")
    )
    turned = "0 1 0 -1 0 0 0 0 1 50 60 0"
    build = (
        '<item objectid="1"/><item objectid="1" transform="' + turned + '"/>'
        '<item objectid="2"/><item objectid="3"/>'
    )

    parts = read_parts(files.threemf(objects, build), "plate.3mf")

    assert [(part.name, part.copies) for part in parts] == [("Bracket", 3), ("Box", 1)]


def test_a_mirrored_or_scaled_instance_is_a_part_of_its_own() -> None:
    build = (
        '<item objectid="1"/><item objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 0"/>'
        '<item objectid="1" transform="2 0 0 0 2 0 0 0 2 0 0 0"/>'
    )

    plain, mirror, double = read_parts(
        files.threemf(files.threemf_object(BRACKET, 1, "B"), build), "plate.3mf"
    )

    assert [part.name for part in (plain, mirror, double)] == ["B", "B 2", "B 3"]
    assert same_geometry(mirror.mesh, mirrored(BRACKET))
    assert double.details.volume_mm3 == pytest.approx(8 * plain.details.volume_mm3)
    assert mirror.details.closed
    assert mirror.findings == ()


def test_units_components_and_models_in_other_files_are_honoured() -> None:
    assembly = (
        '<object id="7" name="pair"><components>'
        '<component objectid="1" p:path="/3D/Objects/box.model"/>'
        '<component objectid="1" p:path="/3D/Objects/box.model" '
        'transform="1 0 0 0 1 0 0 0 1 10 0 0"/></components></object>'
    )
    content = files.threemf(
        assembly,
        '<item objectid="7"/>',
        unit="inch",
        more={"3D/Objects/box.model": files.threemf_object(files.box(2, 1, 1), 1)},
    )

    part = one(content, "pair.3mf")

    assert part.details.size.length_mm == pytest.approx(12 * 25.4)
    assert part.details.pieces == 2
    assert part.details.volume_mm3 == pytest.approx(4 * 25.4**3)


def test_an_object_that_is_not_to_be_printed_is_left_out() -> None:
    objects = files.threemf_object(BRACKET, 1, "B") + files.threemf_object(files.box(), 2, "Box")
    build = '<item objectid="1" printable="0"/><item objectid="2"/>'

    assert one(files.threemf(objects, build), "p.3mf").details.triangles == 12
