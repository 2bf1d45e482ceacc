"""What an admin lives through, over real HTTP."""

import numpy as np
import pytest
import trimesh

from tests.journeys.conftest import sample_part
from whoseprint.demo import OpenDemo

pytestmark = pytest.mark.slow
PATIENCE_S = 120.0
CAPTION = "customer: ACME; order: 1042; qty: 10; due: 2026-12-24; material: PLA black"


def test_a_sent_stl_becomes_searchable_and_is_shown_from_several_sides(running: OpenDemo) -> None:
    ben = running.admin
    clip = sample_part("snap-clip-20").mesh.export(file_type="stl")

    sent = ben.sends_file("snap-clip-20.stl", clip, caption=CAPTION)
    card = ben.waits_for("searchable", after=sent, timeout_s=PATIENCE_S)

    assert card.photo is not None
    assert card.first_line.startswith("snap-clip-20 is searchable")
    for fact in ("ACME", "1042", "10", "PLA black"):
        assert fact in card.text
    assert len(ben.after(sent)) == 1


def test_the_same_shape_turned_and_in_ascii_is_recognised_and_gets_the_new_order(
    running: OpenDemo,
) -> None:
    ben = running.admin
    mesh = sample_part("wall-hook").mesh.copy()
    turn = trimesh.transformations.rotation_matrix(0.7, [1, 2, 3])
    mesh.apply_transform(turn)
    mesh.apply_translation([100, -20, 5])
    mesh.faces = mesh.faces[np.random.default_rng(1).permutation(len(mesh.faces))]

    sent = ben.sends_file(
        "export-2.stl",
        mesh.export(file_type="stl_ascii").encode(),
        caption="customer: Zeta; order: 9",
    )
    told = ben.waits_for("wall-hook", after=sent, timeout_s=PATIENCE_S)

    assert "same shape" in told.text
    assert "9" in told.text


def test_a_truncated_stl_is_refused_in_a_sentence_and_changes_nothing(running: OpenDemo) -> None:
    ben = running.admin
    whole = sample_part("funnel").mesh.export(file_type="stl")

    sent = ben.sends_file("funnel.stl", whole[: len(whole) // 2])
    told = ben.waits_for("ends in the middle", after=sent, timeout_s=PATIENCE_S)

    assert "funnel.stl" in told.text
    searched = ben.sends_text("/parts funnel")
    listed = ben.waits_for(lambda message: message.text != "", after=searched)
    assert "funnel" not in [button.label for button in listed.buttons]


def test_a_stranger_learns_nothing_but_a_number_to_show(running: OpenDemo) -> None:
    eve = running.sandbox.person(user_id=666, name="Eve")

    started = eve.starts()
    told = eve.waits_for("666", after=started)
    eve.sends_text("/parts")
    eve.sends_file("x.stl", b"solid")
    ben_asked = running.admin.sends_text("/help")
    running.admin.waits_for(lambda message: True, after=ben_asked)  # noqa: ARG005  # any answer

    assert [message.text for message in eve.from_bot()] == [told.text]
