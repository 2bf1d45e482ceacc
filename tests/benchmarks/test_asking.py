"""Photos are asked among catalogues of any size, once, and what was said is kept."""

from collections import Counter
from pathlib import Path

import pytest
from asking import Journal, Room, Said, answered, blocks_of

from whoseprint.scores import score


def test_every_part_is_in_a_catalogue_of_exactly_the_size_asked_for() -> None:
    blocks = blocks_of(646, 100)

    assert [len(set(block)) for block in blocks] == [100] * 7
    rows = Counter(row for block in blocks for row in block)
    assert set(rows) == set(range(646))
    assert sum(count == 2 for count in rows.values()) == 54  # what filled the last one up


def test_the_same_size_gives_the_same_catalogues_and_another_size_others() -> None:
    assert blocks_of.__wrapped__(50, 10) == blocks_of(50, 10)
    assert set(blocks_of(50, 10)[0]) - set(blocks_of(50, 20)[0])


def test_a_photo_is_asked_among_its_true_part_and_others_up_to_procedural_ones(
    small_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asking.SHARD", 3)
    room = Room(small_data, tmp_path, slug="seed6")

    asked = [(place, room.ask(place, "given", [2, 5, 8])) for place in room.photos("given")]

    assert len(asked) == 10
    for n, size in enumerate((2, 5, 8)):
        answers = [answered(place, said[n]) for place, said in asked]
        assert {len(answer.names) for answer in answers} == {size}
        assert score(answers, parts=size, describer="seed6")["top1"] == 1.0
    largest = {name for _, said in asked for name in said[2].names}
    assert {name for name in largest if name.startswith("procedural ")} == {
        f"procedural {n}" for n in range(3)
    }


def test_what_was_said_is_not_asked_again_and_a_line_cut_short_is(
    small_data: Path, tmp_path: Path
) -> None:
    room = Room(small_data, tmp_path, slug="seed6")
    first, second = room.photos("given")[:2]
    before = [room.ask(place, "given", [5]) for place in (first, second)]
    path = room.journal.path
    path.write_text(path.read_text()[:-20])

    again = Room(small_data, tmp_path, slug="seed6")

    assert len(again.journal.said) == 1
    assert again.ask(first, "given", [5]) == before[0]
    assert len(path.read_text().splitlines()) == 1
    assert again.ask(second, "given", [5])[0].names == before[1][0].names
    assert len(path.read_text().splitlines()) == 2


def test_a_journal_gives_back_what_was_put_in(tmp_path: Path) -> None:
    said = Said(
        photo=("real", "a.jpg"), mask="given", size=3, names=("x", "y"), lenient=2,
        first_rotation=(1.0, 0.5),
    )  # fmt: skip

    Journal(tmp_path / "said.jsonl").keep(said)

    read = Journal(tmp_path / "said.jsonl").said["real", "a.jpg", "given", 3]
    assert read == said
