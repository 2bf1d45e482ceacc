from datetime import date

import pytest

from catalog.order_book import OrderBook, OrderBookRow, read_order_book
from catalog.order_fields import OrderDetails
from catalog.unreadable import Trouble, Unreadable

TEXT = (
    "part,customer,order,quantity,due,material,note\n"
    'a/bracket,"ACME, Inc",1042,10,2026-12-24,PLA black,"two\nlines"\n'
    "b/clip,Brüll,,,,,\n"
)
ROWS = (
    OrderBookRow(
        line=2,
        part="a/bracket",
        details=OrderDetails(
            customer="ACME, Inc",
            order="1042",
            quantity=10,
            due=date(2026, 12, 24),
            material="PLA black",
            note="two lines",
        ),
    ),
    OrderBookRow(line=4, part="b/clip", details=OrderDetails(customer="Brüll")),
)


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace('"ACME, Inc"', "ACME# Inc").replace(",", ";").replace("#", ",").encode(),
        TEXT.replace('"ACME, Inc"', "ACME# Inc").replace(",", "\t").replace("#", ",").encode(),
    ],
)
def test_an_order_book_is_read_as_programs_write_it(content: bytes) -> None:
    assert read_order_book(content) == OrderBook(rows=ROWS, refused=())


def test_columns_may_be_spanish_missing_turned_round_or_too_many() -> None:
    book = read_order_book("color;Cantidad; PIEZA ;Cliente\nrojo;3;a\\b;Núñez\n".encode())

    assert book.rows == (
        OrderBookRow(line=2, part="a/b", details=OrderDetails(customer="Núñez", quantity=3)),
    )


def test_a_bad_row_is_refused_with_its_line_and_the_others_are_read() -> None:
    book = read_order_book(b"part,quantity,due\na,3,\n\nb,many,\n,4,\nc,1,32.1.2026\nd\n")

    assert [(row.line, row.part) for row in book.rows] == [(2, "a"), (7, "d")]
    assert [(row.line, row.part, row.reason.trouble) for row in book.refused] == [
        (4, "b", Trouble.ORDER_QUANTITY_UNREADABLE),
        (5, "", Trouble.BOOK_ROW_WITHOUT_PART),
        (6, "c", Trouble.ORDER_DATE_UNREADABLE),
    ]


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"", Trouble.BOOK_EMPTY),
        (b"\n\n \n", Trouble.BOOK_EMPTY),
        (b"customer,quantity\nACME,3\n", Trouble.BOOK_WITHOUT_PART_COLUMN),
        (b"PK\x03\x04\x00\x00", Trouble.BOOK_NOT_TEXT),
        (b"part\n" + b"x" * 200_000, Trouble.BOOK_DAMAGED),
    ],
)
def test_what_is_no_order_book_ends_in_a_complaint(content: bytes, trouble: Trouble) -> None:
    with pytest.raises(Unreadable) as raised:
        read_order_book(content)

    assert raised.value.trouble is trouble
