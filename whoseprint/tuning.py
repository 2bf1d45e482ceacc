"""What an admin may say about networks of the shop's own, and what is told of them.

Knows the shop and sentences, no terminal. Learning itself is a worker's: workers/tuning.py.
"""

from dataclasses import dataclass
from typing import Any

from catalog.describers_in_use import InUse, call_off, in_use, let_come, not_described
from catalog.errors import Complaint
from catalog.signatures import searchable, waiting_to_be_described
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

#: With fewer parts than this held-out photos can say nothing (workers/tuning_verdict.py wants 20,
#: and two are made of each part): a run would learn for an hour to be refused.
PARTS_LEAST = 12
#: A toy run is for seeing that everything is there.
PARTS_LEAST_OF = {"toy": 2}

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
    """Nobody could tell whether the new networks are better."""

    def __init__(self, parts: int, least: int) -> None:
        super().__init__(parts, least)
        self.parts, self.least = parts, least

    def __str__(self) -> str:
        have = "one part" if self.parts == 1 else f"{self.parts} parts"
        return (
            f"The catalogue has {have} to learn from. It takes {self.least} to judge whether new "
            "networks are better."
        )


class NothingToSwitchIn(Complaint):
    """No run gave better networks."""

    def __str__(self) -> str:
        return "No run has given better networks yet: `whoseprint train --on-catalogue` makes some."


class NetworksLost(Complaint):
    """What a run gave cannot be used any more."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug

    def __str__(self) -> str:
        return (
            f"The shop's own networks ({self.slug}) cannot be used any more: their files are gone "
            "or damaged, or were made for another version of whoseprint. `whoseprint train "
            "--on-catalogue` makes new ones."
        )


class NothingToStop(Complaint):
    """No run is under way."""

    def __str__(self) -> str:
        return "No run is under way."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands.

    Attributes:
        missing: parts that are still to be described for what is coming.
        stuck: those of them whose description was given up.
        is_queued: whether a worker does the latest run, or will.
        lost: of what parts are described for, whose networks cannot be used any more.
    """

    use: InUse
    missing: int
    stuck: int
    latest: KnownTuning | None
    is_queued: bool
    lost: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """The object that `whoseprint train --json` prints."""
        return {
            "answering": self.use.slug,
            "coming": self.use.coming,
            "not_described": self.missing,
            "given_up": self.stuck,
            "lost": list(self.lost),
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
        least = PARTS_LEAST_OF.get(size, PARTS_LEAST)
        if parts < least:
            raise TooFewParts(parts, least)
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
        NotTunable, NothingToSwitchIn, NetworksLost: see there.
    """
    own = _own(shop)
    with shop.database.reading() as session:
        better = [
            run.slug
            for run in tunings(session, own.family)
            if run.state is TuningState.BETTER and run.slug is not None
        ]
    if not better:
        raise NothingToSwitchIn
    if own.is_lost(better[0]):
        raise NetworksLost(better[0])
    with shop.database.transaction() as session:
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
        missing = stuck = 0
        if use.coming is not None:
            missing = not_described(session, old=kept_as(use.slug), new=kept_as(use.coming))
            stuck = max(0, missing - waiting_to_be_described(session, kept_as(use.coming)))
        latest = runs[0] if runs else None
        queued = latest is not None and is_queued(session, latest.id)
    return Standing(
        use=use,
        missing=missing,
        stuck=stuck,
        latest=latest,
        is_queued=queued,
        lost=tuple(slug for slug in use.described if own.is_lost(slug)),
    )


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
        said.append(
            "It was given up; `whoseprint train --on-catalogue` goes on where it stopped, "
            "`whoseprint train --stop` ends it, so that the next one begins afresh."
        )
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
            f"{figures['unseen_first_now']:.1%} before, {figures['unseen_first_new']:.1%} with the "
            "new ones."
        )
    said.append(
        f"A wrong part was named alone {figures['wrong_names_now']} times before, "
        f"{figures['wrong_names_new']} times with the new ones."
    )
    return [*said, FINDINGS[Finding(figures["finding"])]]


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"


def _use_sentences(told: Standing) -> list[str]:
    use = told.use
    if use.slug in told.lost:
        return [str(NetworksLost(use.slug)), *_coming_sentences(told)]
    said = [
        "The shipped networks answer."
        if use.slug == use.family
        else f"The shop's own networks answer ({use.slug}); `whoseprint train --back` takes the "
        "shipped ones again."
    ]
    return [*said, *_coming_sentences(told)]


def _coming_sentences(told: Standing) -> list[str]:
    use = told.use
    if use.coming is None:
        return []
    which = "the shipped ones" if use.coming == use.family else use.coming
    said = [
        f"Parts are being described for {which}, {told.missing} are left; they answer when the "
        "last one is."
    ]
    if told.stuck:
        said.append(
            f"The description of {told.stuck} of them was given up: an admin can have it tried "
            "again under /health."
        )
    return said
