from datetime import date

import pytest

from catalog.order_caption import parse_caption
from catalog.order_fields import LENGTH_LIMITS, OrderDetails, OrderField, read_date, read_quantity
from catalog.unreadable import Fact, Trouble, Unreadable

WHOLE = OrderDetails(
    customer="ACME",
    order="1042",
    quantity=10,
    due=date(2026, 12, 24),
    material="PLA black",
    note="left and right go in separate bags",
)


def trouble(caption: str) -> Unreadable:
    with pytest.raises(Unreadable) as raised:
        parse_caption(caption)
    return raised.value


@pytest.mark.parametrize(
    "caption",
    [
        "customer: ACME; order: 1042; qty: 10; due: 2026-12-24; material: PLA black; "
        "note: left and right go in separate bags",
        "note: left and right go in separate bags\nMATERIAL = PLA black\n\n"
        "Due: 24.12.2026\r\nQuantity: 10 pcs\nOrder: 1042\nCustomer:ACME",
        "cliente: ACME; pedido: 1042; cantidad: 10; fecha de entrega: 24/12/2026; "
        "filamento: PLA black; nota: left and right go in separate bags;",
    ],
)
def test_a_caption_is_read_in_any_order_and_both_languages(caption: str) -> None:
    assert parse_caption(caption) == WHOLE


@pytest.mark.parametrize("caption", ["", "  \n ;; ", "customer: ; qty:"])
def test_nothing_said_is_nothing_known(caption: str) -> None:
    assert parse_caption(caption) == OrderDetails()


def test_words_without_a_field_are_the_note() -> None:
    assert parse_caption("Please hurry") == OrderDetails(note="Please hurry")
    assert parse_caption("qty: 3; please hurry; thanks") == OrderDetails(
        quantity=3, note="please hurry; thanks"
    )


def test_a_note_keeps_its_own_semicolons_and_colons() -> None:
    read = parse_caption("note: two colours; top: red; bottom: blue; customer: ACME")

    assert read == OrderDetails(customer="ACME", note="two colours; top: red; bottom: blue")


def test_letters_of_any_script_are_kept_as_they_are() -> None:
    read = parse_caption("customer: 🔩 شركة <b>&\u00c1lvarez</b>")

    assert read.customer == "🔩 شركة <b>&\u00c1lvarez</b>"


@pytest.mark.parametrize(
    ("caption", "kind", "facts"),
    [
        ("custmer: ACME", Trouble.ORDER_FIELD_UNKNOWN, {"text": "custmer"}),
        ("qty: 3; colour: red", Trouble.ORDER_FIELD_UNKNOWN, {"text": "colour"}),
        ("order: 1; pedido: 2", Trouble.ORDER_FIELD_TWICE, {"field": "order"}),
        ("qty: ten", Trouble.ORDER_QUANTITY_UNREADABLE, {"text": "ten", "limit": 100_000}),
        ("qty: 0", Trouble.ORDER_QUANTITY_UNREADABLE, {"text": "0", "limit": 100_000}),
        ("qty: 2.5", Trouble.ORDER_QUANTITY_UNREADABLE, {"text": "2.5", "limit": 100_000}),
        ("due: soon", Trouble.ORDER_DATE_UNREADABLE, {"text": "soon"}),
        ("due: 31.2.2026", Trouble.ORDER_DATE_UNREADABLE, {"text": "31.2.2026"}),
        (
            "note: " + "x" * 4000,
            Trouble.ORDER_FIELD_TOO_LONG,
            {"field": "note", "length": 4000, "limit": 1000},
        ),
        ("x" * 4097, Trouble.ORDER_TEXT_TOO_LONG, {"length": 4097, "limit": 4096}),
    ],
)
def test_a_slip_is_said_with_the_field_it_is_in(
    caption: str, kind: Trouble, facts: dict[str, Fact]
) -> None:
    raised = trouble(caption)

    assert (raised.trouble, raised.facts) == (kind, facts)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("10", 10), ("x3", 3), ("3x", 3), ("5 pcs", 5), ("7 unidades", 7), ("12 piezas", 12)],
)
def test_a_quantity_may_have_a_word_for_pieces(text: str, quantity: int) -> None:
    assert read_quantity(text) == quantity


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24",
        "2026/12/24",
        "24.12.2026",
        "24/12/2026",
        "24-12-26",
        "24. 12. 2026",
        "12/24/2026",
        "24 Dec 2026",
        "24 December 2026",
        "24 de diciembre de 2026",
        "24 dic. 2026",
    ],
)
def test_a_day_may_be_written_in_many_ways(text: str) -> None:
    assert read_date(text) == date(2026, 12, 24)


@pytest.mark.parametrize("field", list(OrderField))
def test_every_field_has_a_length_limit_below_a_caption(field: OrderField) -> None:
    assert 0 < LENGTH_LIMITS[field] < 4096
