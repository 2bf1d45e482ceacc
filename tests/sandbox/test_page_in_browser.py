"""The chat page in a real chromium, as wide as a phone and as a desk."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from sandbox import Person, Sandbox
from tests.sandbox.conftest import draw_picture
from tests.sandbox.scripted_bot import CONFIRMED, NASTY, ScriptedBot

pytestmark = [pytest.mark.slow]

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
PATIENCE_S = 15


def open_browser(home: Path, width_px: int, height_px: int) -> Any:
    """A chromium with an empty profile and a screen of exactly this size."""
    programs = [shutil.which("chromium"), shutil.which("chromedriver")]
    if None in programs:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("chromium and chromedriver are not installed (apt install chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs[0])
    for flag in (*FLAGS, f"--user-data-dir={home}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(executable_path=str(programs[1]))
    )
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width_px, "height": height_px, "deviceScaleFactor": 1, "mobile": False},
    )
    return driver


@pytest.fixture(scope="module", params=list(SIZES))
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    driver = open_browser(tmp_path_factory.mktemp("profile"), *SIZES[request.param])
    yield driver
    driver.quit()


@dataclass(frozen=True)
class Page:
    """The page as somebody uses it."""

    driver: Any
    sandbox: Sandbox
    folder: Path

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def one(self, selector: str) -> Any:
        """The newest element that fits, as soon as it is shown."""

        def shown(_driver: Any) -> Any:
            return next((e for e in reversed(self.all(selector)) if e.is_displayed()), None)

        return WebDriverWait(self.driver, PATIENCE_S).until(shown, f"{selector} is not shown")

    def sees(self, text: str, *, within: str = "#messages") -> None:
        def shown(_driver: Any) -> bool:
            return text in self.driver.execute_script(
                "return document.querySelector(arguments[0]).innerText", within
            )

        WebDriverWait(self.driver, PATIENCE_S).until(shown, f"{text!r} is not in {within}")

    def click(self, selector: str) -> None:
        self.driver.execute_script(
            "arguments[0].scrollIntoView({block: 'center'})", self.one(selector)
        )
        self.one(selector).click()

    def types(self, text: str) -> None:
        self.one("#text").send_keys(text, Keys.ENTER)

    def chooses(self, *names: str, field: str = "photos") -> None:
        paths = []
        for tone, name in enumerate(names):
            path = self.folder / name
            is_picture = name.endswith(".jpg")
            path.write_bytes(draw_picture(400, 300, tone=40 * tone) if is_picture else b"solid")
            paths.append(str(path))
        self.driver.find_element(By.ID, field).send_keys("\n".join(paths))
        self.click("#send")

    def presses(self, label: str) -> None:
        self.click_text(".key", label)

    def click_text(self, selector: str, text: str) -> None:
        def fitting(_driver: Any) -> Any:
            return next((e for e in reversed(self.all(selector)) if text in e.text), None)

        found = WebDriverWait(self.driver, PATIENCE_S).until(fitting, f"no {text!r}")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()


@pytest.fixture
def talking(sandbox: Sandbox, ana: Person, bruno: Person) -> Iterator[ScriptedBot]:
    assert (ana.messages(), bruno.messages()) == ((), ())
    with ScriptedBot(sandbox, lambda: draw_picture(1280, 640)) as bot:
        yield bot


@pytest.fixture
def page(browser: Any, sandbox: Sandbox, talking: ScriptedBot, tmp_path: Path) -> Iterator[Page]:
    browser.get(sandbox.page_url)
    opened = Page(browser, sandbox, tmp_path)
    opened.one("#start")
    yield opened
    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    # The browser is shared: a picture still on its way when this door closes would be refused,
    # and the refusal read as an error of the next test's page.
    browser.get("about:blank")
    browser.get_log("browser")
    assert severe == []
    assert talking.may_answer.is_set()


def test_a_text_is_answered(page: Page, ana: Person) -> None:
    page.click("#start")
    page.sees("Send me a photo of a print.")

    page.types("good morning")

    page.sees("You said good morning.")
    assert [m.text for m in ana.messages() if not m.from_bot] == ["/start", "good morning"]


def test_what_people_write_is_never_read_as_html(page: Page) -> None:
    page.types("/nasty")
    page.sees(NASTY)

    page.types(NASTY)
    page.sees(f"You said {NASTY}.")

    assert page.all("#messages img") == []
    assert page.driver.title == "Whoseprint: the chat"


def test_a_photo_is_answered_by_a_status_that_becomes_a_picture_with_buttons(
    page: Page, talking: ScriptedBot
) -> None:
    talking.may_answer.clear()
    page.chooses("print.jpg")
    page.sees("Comparing with 646 parts…")
    before = len(page.all(".row"))
    talking.may_answer.set()
    page.sees("Sure: 97 %")

    assert len(page.all(".row")) == before
    assert [key.text for key in page.all(".key")] == [
        "✓ Right",
        "Not this",
        "Other candidates",
        "STL file",
    ]
    bold = [b.text for b in page.all(".words b")]
    assert bold == ["Bracket M4", "ACME & Sons"]

    page.presses("Right")

    page.sees("Noted. Thank you!", within="#toasts")
    page.sees("confirmed by you")
    assert [key.text for key in page.all(".key")] == ["Undo"]
    assert "confirmed by you" in CONFIRMED

    page.presses("Undo")
    page.sees("Nothing behind undo here.", within="#alert")
    page.click("#alert button")


def test_several_photos_are_one_album(page: Page, ana: Person) -> None:
    page.one("#text").send_keys("quiet")
    page.chooses("one.jpg", "two.jpg", "three.jpg")

    page.sees("quiet")

    assert [len(album.find_elements(By.TAG_NAME, "img")) for album in page.all(".album")] == [3]
    sent = [m for m in ana.messages() if not m.from_bot]
    assert [m.text for m in sent] == ["quiet", "", ""]
    assert len({m.media_group_id for m in sent}) == 1


def test_a_file_goes_as_a_file(page: Page, ana: Person) -> None:
    page.chooses("bracket_m4.stl", field="files")

    page.sees("bracket_m4.stl")

    assert [m.document for m in ana.messages() if not m.from_bot] == [b"solid"]


def test_a_message_is_answered_through_its_menu(page: Page, ana: Person) -> None:
    page.types("/ask please")
    page.sees("You said /ask please.")
    page.click(".options")
    page.click_text("#context button", "Reply")
    page.sees("You said /ask please.", within="#replying")

    page.types("ACME")

    page.sees("You answered “You said /ask please.” with “ACME”.")
    answered = next(m for m in ana.messages() if m.text == "ACME")
    assert answered.reply_to_id == ana.messages()[1].message_id


def test_a_wish_for_a_reply_is_taken_up(page: Page) -> None:
    page.types("/ask")
    page.sees("Whose part is it?", within="#replying")
    assert page.one("#text").get_attribute("placeholder") == "Name of the customer"

    page.types("ACME")

    page.sees("You answered “Whose part is it?” with “ACME”.")


def test_two_people_share_the_page_and_see_what_they_missed(
    page: Page, ana: Person, bruno: Person
) -> None:
    page.types("I am Ana")
    page.sees("You said I am Ana.")
    bruno.sends_text("I am Bruno")
    page.one(".badge")

    page.click_text(".person", "Bruno")

    page.sees("You said I am Bruno.")
    assert "I am Ana" not in page.one("#messages").text
    assert page.all(".badge") == []
    page.types("still Bruno")
    page.sees("You said still Bruno.")
    assert [m.text for m in ana.messages()] == ["I am Ana", "You said I am Ana."]


def test_the_menu_offers_the_bots_commands(page: Page, ana: Person) -> None:
    page.click("#open-commands")
    page.sees("/whois", within="#commands")
    page.one("#commands").find_element(By.CSS_SELECTOR, "button").send_keys(Keys.ESCAPE)

    page.one("#text").send_keys("/he")
    page.sees("What I can do", within="#commands")
    page.one("#text").send_keys(Keys.ENTER)

    page.sees("You said /help.")
    assert [m.text for m in ana.messages()] == ["/help", "You said /help."]


def test_a_photo_dropped_on_the_chat_is_sent(page: Page, ana: Person) -> None:
    page.driver.execute_async_script(
        """
        const done = arguments[arguments.length - 1];
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 60;
        canvas.getContext("2d").fillRect(10, 10, 30, 30);
        canvas.toBlob((blob) => {
          const carried = new DataTransfer();
          carried.items.add(new File([blob], "dropped.png", { type: "image/png" }));
          const options = { dataTransfer: carried, bubbles: true, cancelable: true };
          document.body.dispatchEvent(new DragEvent("dragover", options));
          document.querySelector('[data-as="photo"]').dispatchEvent(new DragEvent("drop", options));
          done();
        }, "image/png");
        """
    )
    page.click("#send")

    page.sees("Sure: 97 %")
    assert ana.messages()[0].photo is not None


def test_a_photo_opens_large_and_closes_again(page: Page) -> None:
    page.chooses("print.jpg")
    page.sees("Sure: 97 %")

    page.click(".photo")
    assert page.one("#viewer-image").is_displayed()
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)

    WebDriverWait(page.driver, PATIENCE_S).until(lambda _: not page.all("#viewer[open]"))


def test_a_message_taken_away_is_gone(page: Page, ana: Person) -> None:
    page.types("/delete")
    ana.waits_until(lambda _: len(ana.everything()) == 2 and len(ana.messages()) == 1)
    page.types("after")

    page.sees("You said after.")
    assert "Gone in a moment" not in page.one("#messages").text


def test_the_theme_can_be_chosen_and_stays(page: Page) -> None:
    def theme() -> str:
        return str(page.driver.execute_script("return document.documentElement.dataset.theme"))

    before = theme()
    page.click("#theme")
    chosen = theme()
    page.driver.refresh()
    page.one("#start")

    assert {before, chosen} == {"light", "dark"}
    assert theme() == chosen


def test_nothing_is_cut_off_and_every_control_has_a_name(page: Page) -> None:
    page.chooses("print.jpg")
    page.sees("Sure: 97 %")

    sideways = page.driver.execute_script(
        "return [...document.querySelectorAll('html, .phone, #scroll, #composer')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.id || e.tagName)"
    )
    nameless = page.driver.execute_script(
        "return [...document.querySelectorAll('button, input, textarea, a, img')].filter((e) => "
        "!(e.ariaLabel || e.innerText?.trim() || e.labels?.length || e.hasAttribute('alt')"
        " || e.querySelector('img[alt]'))).map((e) => e.outerHTML)"
    )
    assert sideways == []
    assert nameless == []
