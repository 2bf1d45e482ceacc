"""What people send that cannot be taken in: one complaint, a trouble's code and its facts.

Knows no chat: the bot translates by code and facts, the command line prints `str()`.
A trouble, its facts and its English sentence stand in one table, so that none can miss another;
one class a trouble would say the same forty times.
"""

from collections.abc import Mapping
from enum import Enum
from string import Formatter
from typing import Self

from catalog.errors import Complaint

Fact = int | float | str


class Trouble(Enum):
    """Why something that was sent cannot be used; the value is the stable code."""

    MESH_EMPTY = "mesh_empty"
    MESH_SUFFIX_UNKNOWN = "mesh_suffix_unknown"
    MESH_WRONG_CONTENT = "mesh_wrong_content"
    MESH_IS_TEXT = "mesh_is_text"
    MESH_TRUNCATED = "mesh_truncated"
    MESH_CUT_SHORT = "mesh_cut_short"
    MESH_DAMAGED = "mesh_damaged"
    MESH_WITHOUT_TRIANGLES = "mesh_without_triangles"
    MESH_TOO_FEW_TRIANGLES = "mesh_too_few_triangles"
    MESH_TOO_FINE = "mesh_too_fine"
    MESH_NOT_FINITE = "mesh_not_finite"
    MESH_TOO_LARGE = "mesh_too_large"
    MESH_WITHOUT_AREA = "mesh_without_area"
    MESH_FLAT = "mesh_flat"
    PLATE_TOO_MANY_PARTS = "plate_too_many_parts"
    ARCHIVE_DAMAGED = "archive_damaged"
    ARCHIVE_EMPTY = "archive_empty"
    ARCHIVE_ENCRYPTED = "archive_encrypted"
    ARCHIVE_METHOD_UNKNOWN = "archive_method_unknown"
    ARCHIVE_NAME_OUTSIDE = "archive_name_outside"
    ARCHIVE_NESTED = "archive_nested"
    ARCHIVE_TOO_MANY_FILES = "archive_too_many_files"
    ARCHIVE_TOO_LARGE = "archive_too_large"
    ARCHIVE_BOMB = "archive_bomb"
    PICTURE_FILE_TOO_LARGE = "picture_file_too_large"
    PICTURE_NOT_ONE = "picture_not_one"
    PICTURE_TRUNCATED = "picture_truncated"
    PICTURE_DAMAGED = "picture_damaged"
    PICTURE_TOO_SMALL = "picture_too_small"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_ANIMATED = "picture_animated"
    ORDER_TEXT_TOO_LONG = "order_text_too_long"
    ORDER_FIELD_TOO_LONG = "order_field_too_long"
    ORDER_FIELD_UNKNOWN = "order_field_unknown"
    ORDER_FIELD_TWICE = "order_field_twice"
    ORDER_QUANTITY_UNREADABLE = "order_quantity_unreadable"
    ORDER_DATE_UNREADABLE = "order_date_unreadable"
    BOOK_NOT_TEXT = "book_not_text"
    BOOK_DAMAGED = "book_damaged"
    BOOK_EMPTY = "book_empty"
    BOOK_WITHOUT_PART_COLUMN = "book_without_part_column"
    BOOK_TOO_LONG = "book_too_long"
    BOOK_ROW_WITHOUT_PART = "book_row_without_part"


_AGAIN = "Please export it again and send it once more."

SENTENCES: Mapping[Trouble, str] = {
    Trouble.MESH_EMPTY: "{file} is empty. " + _AGAIN,
    Trouble.MESH_SUFFIX_UNKNOWN: "{file} is no part I can read. Send .stl, .3mf, .obj or .ply.",
    Trouble.MESH_WRONG_CONTENT: "{file} is not what its name says: it holds {content}. " + _AGAIN,
    Trouble.MESH_IS_TEXT: "{file} is a text without a single triangle in it. " + _AGAIN,
    Trouble.MESH_TRUNCATED: (
        "{file} ends in the middle ({triangles_present:,} of {triangles_promised:,} triangles "
        "are there). " + _AGAIN
    ),
    Trouble.MESH_CUT_SHORT: (
        "{file} ends in the middle, after {triangles_present:,} whole triangles. " + _AGAIN
    ),
    Trouble.MESH_DAMAGED: "{file} is damaged: {detail}. " + _AGAIN,
    Trouble.MESH_WITHOUT_TRIANGLES: (
        "{file} has no triangles. If it is a point cloud or a drawing, export a mesh."
    ),
    Trouble.MESH_TOO_FEW_TRIANGLES: (
        "{file} has only {triangles} triangles that enclose anything, no solid has fewer than 4."
    ),
    Trouble.MESH_TOO_FINE: (
        "{file} has {triangles:,} triangles, I can read {limit:,}. "
        "Please export it coarser and send it again."
    ),
    Trouble.MESH_NOT_FINITE: (
        "{file} has coordinates that are no numbers (in {vertices_broken:,} corners). " + _AGAIN
    ),
    Trouble.MESH_TOO_LARGE: (
        "{file} reaches {reach_mm:,.0f} mm, more than {limit_mm:,.0f} mm. "
        "Please check the unit of the export: I read millimetres."
    ),
    Trouble.MESH_WITHOUT_AREA: "{file} has no surface: all its triangles are lines or points.",
    Trouble.MESH_FLAT: "{file} is flat: all its triangles lie in one plane.",
    Trouble.PLATE_TOO_MANY_PARTS: (
        "{file} holds {parts:,} parts, I take {limit:,} at once. Please split it."
    ),
    Trouble.ARCHIVE_DAMAGED: "{file} is damaged or no zip archive. Please pack it again.",
    Trouble.ARCHIVE_EMPTY: "{file} holds no part that I can read (.stl, .3mf, .obj, .ply).",
    Trouble.ARCHIVE_ENCRYPTED: "{file} has a password. Please send it without one.",
    Trouble.ARCHIVE_METHOD_UNKNOWN: (
        "{file} is packed in a way that I cannot unpack. Please make an ordinary zip."
    ),
    Trouble.ARCHIVE_NAME_OUTSIDE: (
        "{file} holds a name that points outside of it ({name}). I do not open such archives."
    ),
    Trouble.ARCHIVE_NESTED: (
        "{file} holds another archive ({name}). Please send the inner ones by themselves."
    ),
    Trouble.ARCHIVE_TOO_MANY_FILES: (
        "{file} holds {files:,} files, I take {limit:,} at once. Please split it."
    ),
    Trouble.ARCHIVE_TOO_LARGE: (
        "{file} unpacks to more than {limit_mb:,} MB. Please split it, or import it on the server."
    ),
    Trouble.ARCHIVE_BOMB: (
        "{file} unpacks to more than {ratio_limit:,} times its size. I do not open such archives."
    ),
    Trouble.PICTURE_FILE_TOO_LARGE: (
        "I can only read pictures up to {limit_mb:,} MB. Send it as a photo instead of a file."
    ),
    Trouble.PICTURE_NOT_ONE: "This is no picture that I can read. Send JPEG, PNG, WebP or HEIC.",
    Trouble.PICTURE_TRUNCATED: "This picture ends in the middle. Please send it again.",
    Trouble.PICTURE_DAMAGED: "This picture is damaged. Please send it again.",
    Trouble.PICTURE_TOO_SMALL: (
        "This picture is only {width_px} x {height_px} pixels. I need at least {limit_px} each way."
    ),
    Trouble.PICTURE_TOO_LARGE: (
        "This picture has more than {limit_megapixels} megapixels. "
        "Send it as a photo instead of a file."
    ),
    Trouble.PICTURE_ANIMATED: (
        "This picture moves ({frames} frames). I need a still one: please send a photo."
    ),
    Trouble.ORDER_TEXT_TOO_LONG: "The text has {length:,} characters, I read {limit:,}.",
    Trouble.ORDER_FIELD_TOO_LONG: (
        "The {field} has {length:,} characters, there is room for {limit:,}."
    ),
    Trouble.ORDER_FIELD_UNKNOWN: (
        'I do not know the field "{text}". I know customer, order, qty, due, material and note.'
    ),
    Trouble.ORDER_FIELD_TWICE: "The {field} stands there twice.",
    Trouble.ORDER_QUANTITY_UNREADABLE: (
        'I cannot read the quantity "{text}". Write a whole number from 1 to {limit:,}.'
    ),
    Trouble.ORDER_DATE_UNREADABLE: (
        'I cannot read the date "{text}". Write it like 2026-12-24 or 24.12.2026.'
    ),
    Trouble.BOOK_NOT_TEXT: "The order book is no text. Please save it as CSV (UTF-8).",
    Trouble.BOOK_DAMAGED: "The order book cannot be read from line {line} on: check its quotes.",
    Trouble.BOOK_EMPTY: "The order book is empty.",
    Trouble.BOOK_WITHOUT_PART_COLUMN: (
        'The order book has no column "part". Its columns are: {columns}.'
    ),
    Trouble.BOOK_TOO_LONG: "The order book has more than {limit:,} rows. Please split it.",
    Trouble.BOOK_ROW_WITHOUT_PART: "The row names no part.",
}


def facts_of(trouble: Trouble) -> frozenset[str]:
    """The names of the facts that a trouble carries."""
    return frozenset(name for _, name, _, _ in Formatter().parse(SENTENCES[trouble]) if name)


class Unreadable(Complaint):
    """Something that a person sent cannot be used, and nothing was changed.

    Attributes:
        trouble: why; its value is the code by which the chat finds its sentence.
        facts: the arguments of that sentence.
    """

    def __init__(self, trouble: Trouble, **facts: Fact) -> None:
        if facts_of(trouble) != facts.keys():
            raise ValueError(f"{trouble} carries {sorted(facts_of(trouble))}, not {sorted(facts)}")
        super().__init__(trouble, facts)
        self.trouble, self.facts = trouble, facts

    @property
    def code(self) -> str:
        """The stable name of the trouble."""
        return self.trouble.value

    def about(self, file: str) -> Self:
        """The same complaint under another file's name, as when a file lies in an archive."""
        if "file" not in self.facts:
            return self
        return type(self)(self.trouble, **{**self.facts, "file": file})

    def __str__(self) -> str:
        return SENTENCES[self.trouble].format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (self.trouble, self.facts)


def _rebuilt(trouble: Trouble, facts: dict[str, Fact]) -> Unreadable:
    return Unreadable(trouble, **facts)
