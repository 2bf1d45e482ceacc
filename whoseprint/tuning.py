"""What an admin may say about networks of the shop's own, and what is told of them.

Knows the shop and sentences, no terminal. Learning itself is a worker's: workers/tuning.py.
"""

from dataclasses import dataclass
from typing import Any

from catalog.describers_in_use import InUse, call_off, in_use, let_come, not_described
from catalog.errors import Complaint
from catalog.signatures import searchable
from catalog.tables import TuningState
from catalog.tunings import (
    KnownTuning,
    TuningUnderWay,
    begin_tuning,
    go_on,
    is_queued,
    settle_tuning,
    tuning_under_way,
    tunings,
)
from vision.describers import TUNABLE
from vision.editions import kept_as
from workers.own_networks import OwnNetworks
from workers.shop import Shop
from workers.tuning import folder_of
from workers.tuning_folder import TuningStage
from workers.tuning_verdict import Finding
from workers.turning import turn_when_described

#: With fewer parts there is nothing to tell apart.
PARTS_LEAST = 2

STAGES = {
    TuningStage.PARTS: "laying out the parts",
    TuningStage.PHOTOS: "making photos",
    TuningStage.CUT_OUTS: "cutting prints out",
    TuningStage.EMBEDDER: "learning",
    TuningStage.LISTS: "asking the search about photos",
    TuningStage.VERIFIER: "learning to tell candidates apart",
    TuningStage.EXPORT: "writing the networks",
    TuningStage.JUDGING: "judging by held-out photos",
}
FINDINGS = {
    Finding.BETTER: "They are better.",
    Finding.TOO_FEW: "These are too few photos to say anything, so nothing changes.",
    Finding.NOT_MORE: "That is no more than chance, so nothing changes.",
    Finding.NEW_PARTS_LOST: "They find fewer parts they never saw, so nothing changes.",
    Finding.MORE_WRONG: "They name a wrong part more often, so nothing changes.",
}


class NotTunable(Complaint):
    """The describer in use has no networks that can be tuned."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return f"{self.slug} cannot be tuned; WHOSEPRINT_DESCRIBER={TUNABLE[0]} can."


class CannotTune(Complaint):
    """Something is missing; the sentence says what, and how to get it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class TooFewParts(Complaint):
    """There is nothing to tell apart."""

    def __init__(self, parts: int) -> None:
        super().__init__(parts)
        self.parts = parts

    def __str__(self) -> str:
        return f"The catalogue has {self.parts} parts to learn from; import some first."


class NothingToSwitchIn(Complaint):
    """No run gave better networks."""

    def __str__(self) -> str:
        return "No run has given better networks yet: `whoseprint train --on-catalogue` makes some."


class NothingToStop(Complaint):
    """No run is under way."""

    def __str__(self) -> str:
        return "No run is under way."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands.

    Attributes:
        missing: parts that are still to be described for what is coming.
        is_queued: whether a worker does the latest run, or will.
    """

    use: InUse
    missing: int
    latest: KnownTuning | None
    is_queued: bool

    def facts(self) -> dict[str, Any]:
        """The object that `whoseprint train --json` prints."""
        return {
            "answering": self.use.slug,
            "coming": self.use.coming,
            "not_described": self.missing,
            "run": None
            if self.latest is None
            else {
                "id": self.latest.id,
                "state": self.latest.state.value,
                "is_queued": self.is_queued,
                "stage": self.latest.stage,
                "done": self.latest.done,
                "total": self.latest.total,
                "slug": self.latest.slug,
                "hindrance": self.latest.hindrance,
                "figures": dict(self.latest.figures),
            },
        }

    def sentences(self) -> list[str]:
        """The same in words."""
        return [*_run_sentences(self), *_use_sentences(self)]


def begin(shop: Shop, *, size: str) -> int:
    """Queue a run, or go on with one that was given up; its number.

    Raises:
        NotTunable, CannotTune, TooFewParts, TuningUnderWay: see there; nothing changes.
    """
    own = _own(shop)
    sentence = None if shop.workshop is None else shop.workshop.hindrance()
    if sentence is not None:
        raise CannotTune(sentence)
    with shop.database.transaction() as session:
        parts = len(searchable(session, kept_as(shop.recognition.describer.slug)))
        if parts < PARTS_LEAST:
            raise TooFewParts(parts)
        try:
            return begin_tuning(session, own.family, config=size, now=shop.clock()).tuning_id
        except TuningUnderWay as under_way:
            if go_on(session, under_way.tuning_id, now=shop.clock()) is None:
                raise
            return under_way.tuning_id


def stop(shop: Shop) -> int:
    """End the run that is under way; its number.

    Raises:
        NotTunable, NothingToStop: see there.
    """
    own = _own(shop)
    with shop.database.transaction() as session:
        run = tuning_under_way(session, own.family)
        if run is None:
            raise NothingToStop
        settle_tuning(session, run.id, TuningState.STOPPED, now=shop.clock())
        queued = is_queued(session, run.id)
    if not queued and shop.workshop is not None:  # else the worker clears up after its slice
        folder_of(run.id, shop.workshop).discard()
    return run.id


def go_back(shop: Shop) -> None:
    """Let the shipped networks answer: at once where every part is described for them.

    Raises:
        NotTunable: see there.
    """
    own = _own(shop)
    with shop.database.transaction() as session:
        if in_use(session, own.family).slug == own.family:
            call_off(session, own.family)
        else:
            let_come(session, own.family, own.family, now=shop.clock())
    turn_when_described(shop)


def switch_in(shop: Shop) -> str:
    """Let the latest better networks come; their slug.

    Raises:
        NotTunable, NothingToSwitchIn: see there.
    """
    own = _own(shop)
    with shop.database.transaction() as session:
        better = [
            run.slug
            for run in tunings(session, own.family)
            if run.state is TuningState.BETTER and run.slug is not None
        ]
        if not better:
            raise NothingToSwitchIn
        let_come(session, own.family, better[0], now=shop.clock())
    turn_when_described(shop)
    return better[0]


def standing(shop: Shop) -> Standing:
    """How it stands.

    Raises:
        NotTunable: see there.
    """
    own = _own(shop)
    use = own.in_use()
    with shop.database.reading() as session:
        runs = tunings(session, own.family)
        missing = (
            0
            if use.coming is None
            else not_described(session, old=kept_as(use.slug), new=kept_as(use.coming))
        )
        latest = runs[0] if runs else None
        queued = latest is not None and is_queued(session, latest.id)
    return Standing(use=use, missing=missing, latest=latest, is_queued=queued)


def _own(shop: Shop) -> OwnNetworks:
    if shop.own is None:
        raise NotTunable(shop.recognition.describer.slug)
    return shop.own


def _run_sentences(told: Standing) -> list[str]:
    run = told.latest
    if run is None:
        return ["No run yet: `whoseprint train --on-catalogue` begins one."]
    match run.state:
        case TuningState.LEARNING:
            return _under_way_sentences(run, queued=told.is_queued)
        case TuningState.STOPPED:
            return [f"Run {run.id} was stopped."]
        case TuningState.BETTER | TuningState.NO_BETTER:
            return [f"Run {run.id} is done.", *_figures_sentences(run.figures)]


def _under_way_sentences(run: KnownTuning, *, queued: bool) -> list[str]:
    said = []
    if run.stage is None:
        said.append(f"Run {run.id} waits for the catalog's worker.")
    else:
        far = f", {run.done} of {run.total}" if run.total else ""
        said.append(f"Run {run.id} is {STAGES[TuningStage(run.stage)]}{far}.")
    if run.hindrance is not None:
        said.append(f"It does not go on: {run.hindrance}")
    if not queued:
        said.append("It was given up; `whoseprint train --on-catalogue` goes on where it stopped.")
    return said


def _figures_sentences(figures: Any) -> list[str]:  # noqa: ANN401  # a JSON column
    said = [
        f"Of {figures['photos']} held-out photos of {figures['parts']} parts the right part came "
        f"first for {figures['first_now']:.1%} before and {figures['first_new']:.1%} with the new "
        f"networks (gain {_points(figures['gain_low'])} to {_points(figures['gain_high'])} points, "
        "95 % interval)."
    ]
    if figures["unseen_photos"]:
        said.append(
            f"Of {figures['unseen_photos']} photos of parts they never saw: "
            f"{figures['unseen_first_now']:.1%} before, {figures['unseen_first_new']:.1%} now."
        )
    said.append(
        f"A wrong part was named alone {figures['wrong_names_now']} times before, "
        f"{figures['wrong_names_new']} times now."
    )
    return [*said, FINDINGS[Finding(figures["finding"])]]


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _use_sentences(told: Standing) -> list[str]:
    use = told.use
    said = [
        "The shipped networks answer."
        if use.slug == use.family
        else f"The shop's own networks answer ({use.slug}); `whoseprint train --back` takes the "
        "shipped ones again."
    ]
    if use.coming is not None:
        which = "the shipped ones" if use.coming == use.family else use.coming
        said.append(
            f"Parts are being described for {which}, {told.missing} are left; they answer when the "
            "last one is."
        )
    return said
