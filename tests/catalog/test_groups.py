from catalog.database import Database
from catalog.groups import group_of, look_at_every_photo, move


def test_a_group_keeps_its_setting_when_telegram_gives_it_another_id(database: Database) -> None:
    with database.transaction() as session:
        look_at_every_photo(session, -5, title="Shop", wanted=True)

        move(session, old_chat_id=-5, new_chat_id=-1005)

        moved = group_of(session, -1005)
        assert group_of(session, -5) is None
    assert moved is not None
    assert (moved.title, moved.every_photo) == ("Shop", True)
