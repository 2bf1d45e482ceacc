"""Everything people can do here, and who may. A test walks it; what is not here cannot be done."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.handlers import (
    asking,
    batches,
    choosing,
    greeting,
    groups,
    health,
    history,
    intake,
    more_photos,
    parts,
    people,
    verdicts,
)
from bot.reading import Content
from bot.turn import Access, Turn

Do = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done, the access it needs, and what enrolled people without it get."""

    access: Access
    do: Do
    refusal: Do | None = None


_ANYONE, _WORKER, _ADMIN = Access.ANYONE, Access.WORKER, Access.ADMIN

COMMANDS: Mapping[str, Deed] = {
    "start": Deed(_ANYONE, greeting.start),
    "help": Deed(_WORKER, greeting.help_),
    "whois": Deed(_WORKER, asking.whois),
    "batch": Deed(_WORKER, batches.batch),
    "last": Deed(_WORKER, history.last),
    "open": Deed(_WORKER, history.open_list),
    "part": Deed(_ADMIN, parts.part),
    "parts": Deed(_ADMIN, parts.parts),
    "invite": Deed(_ADMIN, people.invite),
    "people": Deed(_ADMIN, people.people),
    "health": Deed(_ADMIN, health.report),
    "everyphoto": Deed(_ADMIN, groups.every_photo),
}

CONTENTS: Mapping[Content, Deed] = {
    Content.PICTURE: Deed(_WORKER, more_photos.photo),
    Content.PART_FILE: Deed(_ADMIN, intake.part_file, refusal=intake.part_file_from_worker),
    Content.BATCH: Deed(_ADMIN, batches.set_),
    Content.TEXT: Deed(_WORKER, greeting.hint),
    Content.OTHER: Deed(_WORKER, greeting.other),
    Content.SERVICE: Deed(_ANYONE, groups.service),
}

#: Buttons that carry a sighting's nonce; their handlers check it and the chat.
SIGHTING_PRESSES: Mapping[str, Deed] = {
    "right": Deed(_WORKER, verdicts.right),
    "pick": Deed(_WORKER, verdicts.right),
    "not-this": Deed(_WORKER, verdicts.not_this),
    "others": Deed(_WORKER, verdicts.others),
    "none": Deed(_WORKER, verdicts.none),
    "undo": Deed(_WORKER, verdicts.undo_),
    "stl": Deed(_WORKER, verdicts.stl),
    "other-object": Deed(_WORKER, choosing.other_object),
    "one-more": Deed(_WORKER, more_photos.one_more),
    "never-mind": Deed(_WORKER, more_photos.never_mind),
}

#: Buttons sealed for one chat; the seal is checked before the deed is done.
SEALED_PRESSES: Mapping[str, Deed] = {
    "open": Deed(_WORKER, history.open_turn),
    "batch": Deed(_WORKER, batches.choose),
    "batch-off": Deed(_WORKER, batches.leave),
    "batch-close": Deed(_ADMIN, batches.close),
    "parts": Deed(_ADMIN, parts.parts_turn),
    "card": Deed(_ADMIN, parts.open_card),
    "part-stl": Deed(_ADMIN, parts.stl),
    "rename": Deed(_ADMIN, parts.ask_name),
    "reorder": Deed(_ADMIN, parts.ask_order),
    "retire": Deed(_ADMIN, parts.ask_retire),
    "retire-sure": Deed(_ADMIN, parts.retire_),
    "keep": Deed(_ADMIN, parts.keep),
    "reindex": Deed(_ADMIN, parts.reindex),
    "whose": Deed(_ADMIN, intake.whose),
    "someone-new": Deed(_ADMIN, intake.someone_new),
    "people": Deed(_ADMIN, people.back),
    "remove": Deed(_ADMIN, people.ask_remove),
    "remove-sure": Deed(_ADMIN, people.remove),
    "retry": Deed(_ADMIN, health.retry),
    "every-on": Deed(_ADMIN, groups.switch_on),
    "every-off": Deed(_ADMIN, groups.switch_off),
}

#: Texts that answer the question a person was asked.
ANSWERS: Mapping[str, Deed] = {
    "rename": Deed(_ADMIN, parts.new_name),
    "order": Deed(_ADMIN, parts.new_order),
    "customer": Deed(_ADMIN, intake.customer),
}
