"""The shop's group chats and whether each photo there is looked at."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from catalog.tables import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChat:
    """A group chat as it is set up now."""

    chat_id: int
    title: str
    every_photo: bool


def group_of(session: Session, chat_id: int) -> GroupChat | None:
    """The group with this chat id, if anybody ever set it up."""
    row = session.get(Group, chat_id)
    if row is None:
        return None
    return GroupChat(chat_id=row.chat_id, title=row.title, every_photo=row.every_photo)


def look_at_every_photo(session: Session, chat_id: int, *, title: str, wanted: bool) -> None:
    """Look at each photo of a group, or only at those that somebody asks about."""
    row = session.get(Group, chat_id)
    if row is None:
        row = Group(chat_id=chat_id)
        session.add(row)
    row.title, row.every_photo = title[:255], wanted


def move(session: Session, *, old_chat_id: int, new_chat_id: int) -> None:
    """Telegram gives a group another id when it grows: keep its setting."""
    old = session.get(Group, old_chat_id)
    if old is None:
        return
    look_at_every_photo(session, new_chat_id, title=old.title, wanted=old.every_photo)
    session.delete(old)
