"""The page has a section for each result that is there, and says what the files say."""

import json
from pathlib import Path

import pytest
from calibrating import judge_calibration
from figures import SECTIONS, draw, read
from fitting import Answer, Table, calibrate, chances_of
from open_set import measured
from plots import Axis, Line, bars, lines, save

from tests.fakes.drawn_answers import drawn

ROOT = Path(__file__).parents[2]
COMMITTED = read(ROOT / "benchmarks" / "results")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn from what is committed."""
    docs = tmp_path_factory.mktemp("docs")
    draw(COMMITTED, docs)
    return docs / "figures.md"


def test_the_committed_results_make_a_page_with_a_plot_for_each_section(page: Path) -> None:
    told = page.read_text()
    names = [name for name, _, needed in SECTIONS if set(needed) <= COMMITTED.keys()]

    assert {"evaluation", "reliability", "answer-sets", "risk-coverage", "open-set"} <= set(names)
    for name in names:
        plot = page.parent / "pictures" / "plots" / f"{name}.svg"
        assert plot.stat().st_size < 60_000
        assert "<text" in plot.read_text()  # letters stay letters
        assert f"(pictures/plots/{name}.svg)" in told
    first = COMMITTED["evaluation-real-cut-out-learned"]["top1"]
    assert f"| {100 * first:.1f} % |" in told


def test_the_committed_page_is_of_the_committed_results(page: Path) -> None:
    committed = (ROOT / "docs" / "figures.md").read_text()

    assert committed == page.read_text(), "run make figures"


def test_what_has_no_result_file_is_left_out(tmp_path: Path) -> None:
    assert draw({}, tmp_path) == []
    assert "##" not in (tmp_path / "figures.md").read_text()


def test_every_section_draws_what_its_benchmark_writes(tmp_path: Path) -> None:
    results = {
        "twins": {"figures": {"real mirrored": {
            "shown": {"photos": 4, "right_given": 0.75, "right_own": 0.5}}}},
        "second-photo": {
            "with second photos": 12,
            **{arm: {"wrong": 0.3, "not among three": 0.1, "accepted": 0.5,
                     "accepted and wrong": 0.0}
               for arm in ("first photo alone", "random", "asked")},
            "errors left, asked / random": {"ratio": 0.62, "low": 0.4, "high": 0.9},
        },
        "priors": {"figures": {"nothing expected": {
            "top1": 0.6, "accepted": 0.4, "accepted_wrong": 0.01}}},
        "fine-tuning": {"parts": 30, "size": "brief", "held_out_synthetic": {
            "photos": 90, "parts": 30, "first_now": 0.6, "first_new": 0.7, "gain_low": 0.05,
            "gain_high": 0.15}},
    }  # fmt: skip

    names = draw(results, tmp_path)

    page = (tmp_path / "figures.md").read_text()
    assert names == ["twins", "second-photo", "priors", "fine-tuning"]
    assert "| real mirrored | yes | 4 | 75.0 % | 50.0 % |" in page
    assert "0.62 (0.40 to 0.90)" in page
    assert "(90) | 30 | 60.0 % | 70.0 % | 10.0 (5.0 to 15.0) |" in page
    assert {name for name, _, _ in SECTIONS} > set(names)


def test_a_plot_is_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    def plot() -> bytes:
        figure = lines(
            [Line(label="a", points=[(0.0, 0.1), (1.0, 0.7)])],
            along=Axis(label="x", low=0, high=1), up=Axis(label="y"), diagonal="even",
        )  # fmt: skip
        save(figure, tmp_path / "plot.svg")
        return (tmp_path / "plot.svg").read_bytes()

    assert plot() == plot()
    save(bars({"a": {"one": 0.5}}, across=Axis(label="x")), tmp_path / "bars.png")
    assert (tmp_path / "bars.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.slow
def test_what_the_benchmarks_measure_can_be_drawn(tmp_path: Path) -> None:
    some = drawn(60)
    known = [Answer(part=a.part, scores=a.scores, right=a.right, where="real") for a in some]
    chances = chances_of(Table.of(known), calibrate(known))
    told = measured(known, chances, known, chances, of=60)
    results = json.loads(json.dumps({
        "open-set": {"accept_at": 0.9, "give_up_at": 0.65, "real": told},
        "calibration": {
            "judged": {"all": judge_calibration(known)},
            "answer_sets": COMMITTED["calibration"]["answer_sets"],
        },
    }))  # fmt: skip

    assert draw(results, tmp_path) == ["reliability", "answer-sets", "risk-coverage", "open-set"]
