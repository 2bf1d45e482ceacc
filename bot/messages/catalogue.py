"""Every sentence a person reads, in every language we speak.

Sentences live in the .ftl files beside this module (Project Fluent); code knows their names only.
Free-text facts are escaped on their way in: in `say` for HTML, in `plain` they stay as they are,
because toasts, button labels and the commands menu are no HTML.
Why Fluent: docs/decisions/0007-messages.md
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from importlib.resources import files

from babel import Locale
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Resource

from bot.messages import wording
from bot.messages.facts import Due, Fact, Html, Seconds, Share, SizeMm

Clock = Callable[[], datetime]
Worder = Callable[[str], str]

#: Language to the locale that words its numbers and days when the person's tag says no more.
LANGUAGES: Mapping[str, str] = {"en": "en_GB", "es": "es_ES"}
DEFAULT_LANGUAGE = "en"
#: U+0000 and the like have no place in a message and Telegram refuses some of them.
UNSPEAKABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


class SentenceUnknown(KeyError):
    """No sentence of that name, or it misses a fact: a slip of ours."""


class Messages:
    """The catalogue of sentences, with the shop's clock for "today"."""

    def __init__(self, *, clock: Clock, zone: tzinfo) -> None:
        """Tell it the time and the shop's time zone, so that it can say "tomorrow"."""
        self._clock, self._zone = clock, zone

    @property
    def today(self) -> date:
        """The shop's day."""
        return self._clock().astimezone(self._zone).date()

    def day_of(self, moment: datetime) -> date:
        """The shop's day at a moment."""
        return moment.astimezone(self._zone).date()

    def say(self, sentence: str, language: str, **facts: Fact) -> Html:
        """A sentence as Telegram HTML; free text among the facts is escaped."""
        return Html(self._format(sentence, language, wording.escaped, facts))

    def plain(self, sentence: str, language: str, **facts: Fact) -> str:
        """A sentence without markup, for toasts, button labels and menus."""
        return self._format(sentence, language, wording.isolated, facts)

    def _format(
        self, sentence: str, language: str, free_text: Worder, facts: Mapping[str, Fact]
    ) -> str:
        bundle = _bundle(language_of(language), _tag(language))
        if not bundle.has_message(sentence):
            raise SentenceUnknown(sentence)
        arguments = {name: self._worded(fact, language, free_text) for name, fact in facts.items()}
        pattern = bundle.get_message(sentence).value
        if pattern is None:
            raise SentenceUnknown(sentence)
        text, errors = bundle.format_pattern(pattern, arguments)
        if errors:
            raise SentenceUnknown(f"{sentence}: {errors[0]}")
        return str(text)

    def _worded(self, fact: Fact, language: str, free_text: Worder) -> str | float:
        locale = wording.locale_of(_tag(language), LANGUAGES[language_of(language)])
        match fact:
            case Html():
                return str(fact)
            case str():
                return free_text(fact.translate(UNSPEAKABLE))
            case SizeMm():
                return wording.size(fact, locale)
            case Seconds():
                return wording.duration_s(fact.value, locale)
            case int() | float():
                return fact
            case _:
                return self._worded_here(fact, language, locale)

    def _worded_here(
        self, fact: Share | Due | datetime | date, language: str, locale: Locale
    ) -> str:
        match fact:
            case Share():
                return self._share(fact, language)
            case Due():
                return self._due(fact, language, locale)
            case datetime():
                return self._moment(fact, language, locale)
            case date():
                return self._day(fact, language, locale)

    def _share(self, share: Share, language: str) -> str:
        if wording.is_over_99(share.value):
            return self.plain("percent-over-99", language)
        return self.plain("percent", language, whole=wording.whole_percent(share.value))

    def _due(self, due: Due, language: str, locale: Locale) -> str:
        day = wording.day_text(due.day, self.today, locale)
        near = wording.nearness(due.day, self.today)
        return self.plain(f"due-{near.value}", language, day=day)

    def _day(self, day: date, language: str, locale: Locale) -> str:
        match wording.nearness(day, self.today):
            case wording.Nearness.LATER | wording.Nearness.OVERDUE:
                return wording.day_text(day, self.today, locale)
            case near:
                return self.plain(f"day-{near.value}", language)

    def _moment(self, moment: datetime, language: str, locale: Locale) -> str:
        clock = wording.clock_text(moment, self._zone)
        day = moment.astimezone(self._zone).date()
        if day == self.today:
            return clock
        return self.plain("moment", language, day=self._day(day, language, locale), clock=clock)


def language_of(tag: str) -> str:
    """The language we speak that is nearest to a Telegram language tag."""
    short = tag.replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else DEFAULT_LANGUAGE


def _tag(language: str) -> str:
    """The tag by which numbers and days are worded: as precise as the person's phone is."""
    short = language_of(language)
    if "-" in language and language.lower().startswith(short):
        return language
    return LANGUAGES[short].replace("_", "-")


@cache
def _resource(language: str) -> Resource:
    return FluentResource(files(__package__).joinpath(f"{language}.ftl").read_text("utf-8"))


@cache
def _bundle(language: str, tag: str) -> FluentBundle:
    locale = wording.locale_of(tag, LANGUAGES[language])
    bundle = FluentBundle([str(locale).replace("_", "-")], use_isolating=False)
    bundle.add_resource(_resource(language))
    return bundle
