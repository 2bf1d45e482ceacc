"""How a part and its orders read.

Free text is clipped here, so that a caption stays within Telegram's 1,024 characters whatever
people wrote: names 120, customers 80, references 40, materials 60, notes 300.
"""

from bot.messages import Due, Html, SizeMm, clipped
from bot.voice import Voice, dotted, paragraph
from catalog.cards import LineCard, PartCard

NAME_UNITS = 120
CUSTOMER_UNITS = 80
REFERENCE_UNITS = 40
MATERIAL_UNITS = 60
NOTE_UNITS = 300
#: Three orders of one part share a caption.
ADMIN_NOTE_UNITS = 100
#: More lines of one part than this are counted, not listed.
LINES_SHOWN = 3


def part_name(name: str) -> str:
    """A part's name, short enough for a caption."""
    return clipped(name, NAME_UNITS)


def customer_name(name: str) -> str:
    """A customer's name, short enough for a caption."""
    return clipped(name, CUSTOMER_UNITS)


def size_of(part: PartCard) -> SizeMm:
    """The box of a part."""
    return SizeMm(part.length_mm, part.width_mm, part.height_mm)


def order_line(line: LineCard, voice: Voice) -> Html:
    """`Order 1042 · 3 of 10 found · due Thu 24 Dec`."""
    reference = clipped(line.order_reference, REFERENCE_UNITS)
    return dotted(
        voice.say("line-order", reference=reference) if reference else None,
        voice.say("line-found", found=line.found, quantity=line.quantity),
        _due(line, voice),
    )


def material_line(part: PartCard, voice: Voice) -> Html:
    """`PLA black · 42 x 30 x 12 mm`."""
    material = clipped(part.line.material, MATERIAL_UNITS) if part.line else ""
    return dotted(
        voice.say("line-material", material=material) if material else None,
        voice.say("line-size", size=size_of(part)),
    )


def note_line(line: LineCard | None, voice: Voice) -> Html | None:
    """`Note: left and right go in separate bags`."""
    if line is None or not line.note.strip():
        return None
    return voice.say("line-note", note=clipped(line.note, NOTE_UNITS))


def facts_of_part(part: PartCard, voice: Voice) -> Html:
    """What a worker needs below the name: order, material and size, note, who else waits."""
    others = [line for line in part.lines if line.is_open and line != part.line]
    return paragraph(
        order_line(part.line, voice) if part.line else None,
        material_line(part, voice),
        note_line(part.line, voice),
        voice.say("line-others-wait", orders=len(others)) if others else None,
    )


def order_lines(part: PartCard, voice: Voice) -> Html:
    """All orders of a part, for admins."""
    if not part.lines:
        return voice.say("part-without-orders")
    shown = [_admin_line(line, voice) for line in part.lines[:LINES_SHOWN]]
    more = len(part.lines) - len(shown)
    if more:
        shown.append(voice.say("part-more-orders", orders=more))
    return paragraph(*shown)


def _admin_line(line: LineCard, voice: Voice) -> Html:
    whose = (
        voice.say("line-customer", customer=customer_name(line.customer))
        if line.customer
        else voice.say("line-nobody")
    )
    material = clipped(line.material, MATERIAL_UNITS)
    ordered = dotted(
        whose,
        order_line(line, voice),
        voice.say("line-material", material=material) if material else None,
    )
    note = clipped(line.note, ADMIN_NOTE_UNITS)
    return paragraph(ordered, voice.say("line-note", note=note) if note else None)


def _due(line: LineCard, voice: Voice) -> Html | None:
    if line.due is None or not line.is_open:
        return None
    return voice.say("line-due", due=Due(line.due))
