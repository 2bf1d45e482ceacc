import io
import pickle
import struct
import zipfile

import numpy as np
import pytest

from catalog.errors import Complaint
from catalog.meshes import (
    Finding,
    FindingKind,
    MeshArrays,
    MeshLimits,
    read_parts,
)
from catalog.unreadable import SENTENCES, Fact, Trouble, Unreadable, facts_of
from tests.catalog import mesh_files as files

BRACKET = files.bracket()


def complaint(content: bytes, name: str = "part.stl", **limits: int) -> Unreadable:
    with pytest.raises(Unreadable) as raised:
        read_parts(content, name, limits=MeshLimits(**limits))
    return raised.value


def with_corner(mesh: MeshArrays, corner: int, coordinate: float) -> MeshArrays:
    vertices = mesh.vertices_mm.copy()
    vertices[corner, 0] = coordinate
    return MeshArrays(vertices_mm=vertices, faces=mesh.faces)


PNG, ZIP = b"\x89PNG\r\n" + b"\0" * 99, b"PK\x03\x04" + b"\0" * 99
NO_NUMBER = b"v 1 2 x\nv 1 2 3\nv 3 4 5\nf 1 2 3\n"
WHOLE = files.binary_stl(BRACKET)
FEW = MeshArrays(vertices_mm=BRACKET.vertices_mm, faces=BRACKET.faces[:1])
LINES = MeshArrays(vertices_mm=np.outer(np.arange(9.0), [1, 1, 1]), faces=BRACKET.faces % 9)
FLAT = MeshArrays(vertices_mm=BRACKET.vertices_mm * [1, 1, 0], faces=BRACKET.faces)
COMPONENT_LOOP = '<object id="1"><components><component objectid="1"/></components></object>'
TRIANGLES = len(BRACKET.faces)


@pytest.mark.parametrize(
    ("content", "name", "trouble", "facts"),
    [
        (b"", "part.stl", Trouble.MESH_EMPTY, {}),
        (b" \n\0\0", "part.stl", Trouble.MESH_EMPTY, {}),
        (WHOLE, "part.step", Trouble.MESH_SUFFIX_UNKNOWN, {}),
        (WHOLE, "part", Trouble.MESH_SUFFIX_UNKNOWN, {}),
        (
            WHOLE[: 84 + 50 * 7 + 20],
            "part.stl",
            Trouble.MESH_TRUNCATED,
            {"triangles_present": 7, "triangles_promised": TRIANGLES},
        ),
        (b"Dear all,\nthe part is attached.\n", "part.stl", Trouble.MESH_IS_TEXT, {}),
        (b"Dear all", "part.obj", Trouble.MESH_IS_TEXT, {}),
        (
            b"\n".join(files.ascii_stl(BRACKET).splitlines()[: 1 + 9 * 7 + 3]),
            "part.stl",
            Trouble.MESH_CUT_SHORT,
            {"triangles_present": 9},
        ),
        (PNG, "part.stl", Trouble.MESH_WRONG_CONTENT, {"content": "a PNG picture"}),
        (ZIP, "part.stl", Trouble.MESH_WRONG_CONTENT, {"content": "a ZIP archive"}),
        (WHOLE, "part.obj", Trouble.MESH_WRONG_CONTENT, {"content": "something else"}),
        (WHOLE, "part.ply", Trouble.MESH_WRONG_CONTENT, {"content": "something else"}),
        (WHOLE, "part.3mf", Trouble.MESH_WRONG_CONTENT, {"content": "something else"}),
        (b"\x80" * 80 + b"\0\0\0\0", "part.stl", Trouble.MESH_WITHOUT_TRIANGLES, {}),
        (
            files.binary_stl(with_corner(BRACKET, 0, np.nan)),
            "part.stl",
            Trouble.MESH_NOT_FINITE,
            {"vertices_broken": int((BRACKET.faces == 0).sum())},
        ),
        (
            files.obj(with_corner(BRACKET, 0, np.inf)),
            "part.obj",
            Trouble.MESH_NOT_FINITE,
            {"vertices_broken": 1},
        ),
        (
            files.ply(with_corner(BRACKET, 0, 3e38)),
            "part.ply",
            Trouble.MESH_TOO_LARGE,
            {"limit_mm": 10_000.0, "reach_mm": pytest.approx(3e38)},
        ),
        (
            files.binary_stl(files.moved(BRACKET, np.eye(3), np.array([0, 2e6, 0]))),
            "part.stl",
            Trouble.MESH_TOO_LARGE,
            {"limit_mm": 1_000_000.0, "reach_mm": pytest.approx(2e6, rel=1e-4)},
        ),
        (files.binary_stl(LINES), "part.stl", Trouble.MESH_WITHOUT_AREA, {}),
        (files.binary_stl(FLAT), "part.stl", Trouble.MESH_FLAT, {}),
        (files.binary_stl(FEW), "part.stl", Trouble.MESH_TOO_FEW_TRIANGLES, {"triangles": 1}),
        (
            files.ply(BRACKET)[:-30],
            "part.ply",
            Trouble.MESH_TRUNCATED,
            {"triangles_present": TRIANGLES - 3, "triangles_promised": TRIANGLES},
        ),
        (
            files.obj(BRACKET).replace(b"f 1//1", b"f 9999//1", 1),
            "part.obj",
            Trouble.MESH_CUT_SHORT,
            {"triangles_present": TRIANGLES - 1},
        ),
        (NO_NUMBER, "part.obj", Trouble.MESH_DAMAGED, {"detail": '"x" is no number'}),
        (files.threemf("", ""), "part.3mf", Trouble.MESH_WITHOUT_TRIANGLES, {}),
        (
            files.threemf(COMPONENT_LOOP, '<item objectid="1"/>'),
            "part.3mf",
            Trouble.MESH_DAMAGED,
            {"detail": "its objects contain each other"},
        ),
        (
            files.threemf("", '<item objectid="4"/>'),
            "part.3mf",
            Trouble.MESH_DAMAGED,
            {"detail": "an object is not in the file"},
        ),
    ],
)
def test_what_cannot_be_read_ends_in_a_complaint_with_its_facts(
    content: bytes, name: str, trouble: Trouble, facts: dict[str, Fact]
) -> None:
    raised = complaint(content, name)

    assert raised.trouble is trouble
    assert raised.facts == {"file": name, **facts}


@pytest.mark.parametrize("name", ["part.stl", "part.obj", "part.ply", "part.3mf"])
def test_more_triangles_than_the_limit_are_refused_with_both_numbers(name: str) -> None:
    content = {
        "part.stl": WHOLE,
        "part.obj": files.obj(BRACKET),
        "part.ply": files.ply(BRACKET),
        "part.3mf": files.threemf(files.threemf_object(BRACKET, 1), '<item objectid="1"/>'),
    }[name]

    raised = complaint(content, name, triangles=50)

    assert raised.trouble is Trouble.MESH_TOO_FINE
    assert raised.facts["limit"] == 50
    assert int(raised.facts["triangles"]) > 50


def test_a_file_that_promises_billions_of_triangles_is_refused_without_room_for_them() -> None:
    stl = b"\0" * 80 + struct.pack("<I", 4_000_000_000) + b"\0" * 500
    ply = files.ply(BRACKET).replace(b"element face 1", b"element face 999999991", 1)

    assert complaint(stl).trouble is Trouble.MESH_WRONG_CONTENT
    assert complaint(ply, "part.ply").trouble is Trouble.MESH_TOO_FINE


def test_an_xml_that_swells_is_a_bomb() -> None:
    padding = "<!-- " + "0" * 40_000_000 + " -->"

    raised = complaint(files.threemf(padding, '<item objectid="1"/>'), "part.3mf")

    assert raised.trouble is Trouble.ARCHIVE_BOMB


def test_an_xml_of_a_billion_laughs_is_refused_at_once() -> None:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE model [<!ENTITY a0 "ha">{laughs}]>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("3D/3dmodel.model", f'{doctype}<model><object id="&a9;"/></model>')

    raised = complaint(packed.getvalue(), "part.3mf")

    assert raised.trouble is Trouble.MESH_DAMAGED


def test_a_complaint_survives_the_way_out_of_a_subprocess() -> None:
    raised = complaint(WHOLE[:1000])

    back = pickle.loads(pickle.dumps(raised))  # noqa: S301 -- our own bytes

    assert (back.trouble, back.facts, str(back)) == (raised.trouble, raised.facts, str(raised))
    assert isinstance(back, Complaint)


def test_a_truncated_file_says_how_much_is_there() -> None:
    raised = Unreadable(
        Trouble.MESH_TRUNCATED,
        file="bracket.stl",
        triangles_present=4812,
        triangles_promised=38204,
    )

    assert str(raised).startswith(
        "bracket.stl ends in the middle (4,812 of 38,204 triangles are there)."
    )
    assert raised.code == "mesh_truncated"


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_a_sentence_that_its_facts_fill(trouble: Trouble) -> None:
    facts: dict[str, Fact] = dict.fromkeys(facts_of(trouble), 7)

    sentence = str(Unreadable(trouble, **facts))

    assert sentence.rstrip('".').strip()
    assert "{" not in sentence
    assert trouble in SENTENCES


def test_a_complaint_with_a_wrong_fact_is_a_slip_of_ours() -> None:
    with pytest.raises(ValueError, match="carries"):
        Unreadable(Trouble.MESH_EMPTY, fil="part.stl")


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_finding_has_a_sentence(kind: FindingKind) -> None:
    assert "{" not in str(Finding(kind=kind, count=14))
