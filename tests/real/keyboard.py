"""A specialist's hands: nothing here touches a mouse or names an element to fill it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

PATIENCE_MS = 30_000  # sound plays in its own time, however busy the machine is

# What is pressed at each question, in the order of the form. In `call-recording` no key is for
# `hold_seconds`: it is hidden after the answer before it.
CALL = {
    "greeting": "2 ArrowRight [ ArrowRight ArrowRight ArrowRight ] e r Space Escape",
    "form_of_address": "n",
    "identity": "n",
    "confidentiality": "1",
    "forbidden_phrases": "1",
    "tone": "4 ArrowRight ArrowRight e",
    "listening": "1",
    "need": "1",
    "accuracy": "1",
    "no_hold": "1",
    "ownership": "1",
    "closing": "1 2",
    "record": "1",
    "advice": "",
}
CALL_SCORE = "85.75"
CHAT = {
    "first_reply": "1 2 Enter",
    "greeting": "1",
    "pauses": "1",
    "identity": "n",
    "confidentiality": "2 ArrowDown ArrowDown e r Space Escape",
    "forbidden_phrases": "1",
    "wording": "1 2 3",
    "empathy": "n",
    "need": "1",
    "accuracy": "1",
    "ownership": "1",
    "closing": "1",
    "record": "1",
    "advice": "",
}
CHAT_SCORE = "0.00"


def press(page: Page, keys: str) -> None:
    for key in keys.split():
        page.keyboard.press(key)


def sign_in(page: Page, login: str, password: str, path: str) -> None:
    """The field of the login has the focus when the page opens."""
    page.goto(f"/sign-in?next={path}")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(login)
    press(page, "Tab")
    page.keyboard.type(password)
    press(page, "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def current_question(page: Page) -> str:
    """The question in which the focus is."""
    script = "document.activeElement.closest('[data-question]')?.dataset.question ?? ''"
    return str(page.evaluate(script))


def sound_at(page: Page) -> float:
    """Where the sound is, in seconds."""
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def page_scrolls(page: Page) -> bool:
    """Whether the page is taller than the window: the desk never is."""
    return bool(page.evaluate("document.scrollingElement.scrollHeight > window.innerHeight"))


def hear_a_little(page: Page) -> None:
    """Play past the first second, stop, go back to the start."""
    expect(page.locator("audio:not([controls])")).to_be_attached()  # its script has begun
    wave = page.locator("[data-wave]")
    press(page, "Space")
    expect(wave).to_have_attribute("aria-valuenow", re.compile("[1-9]"), timeout=PATIENCE_MS)
    press(page, "Space")
    expect(page.locator(".player:not(.is-playing)")).to_be_visible(timeout=PATIENCE_MS)
    assert sound_at(page) >= 1
    press(page, "ArrowLeft ArrowLeft")
    assert sound_at(page) == 0


def answer(page: Page, keys: dict[str, str]) -> None:
    """Answer question after question; `j` goes to the next."""
    expect(page.locator(".question.is-current")).to_be_visible()
    for number, (question, pressed) in enumerate(keys.items()):
        if number:
            press(page, "j")
        assert current_question(page) == question
        press(page, pressed)


def summarise(page: Page, text: str) -> None:
    press(page, "u")
    page.keyboard.insert_text(text)
    press(page, "Escape")


def comment(page: Page, question: str, text: str) -> None:
    """Go back to a question and say something about it."""
    while current_question(page) != question:
        before = current_question(page)
        press(page, "k")
        assert current_question(page) != before
    press(page, "c")
    page.keyboard.insert_text(text)
    press(page, "Escape")


def raise_flag(page: Page, note: str) -> None:
    """The second reason of the dialog, with a note."""
    press(page, "f")
    expect(page.locator("dialog#flag")).to_be_visible()
    _tab_to(page, "[name=reason]")
    press(page, "ArrowDown")
    _tab_to(page, "[name=note]")
    page.keyboard.insert_text(note)
    _tab_to(page, "[type=submit]")
    press(page, "Enter")
    expect(page.locator("dialog#flag")).to_be_hidden()


def submit(page: Page, score: str) -> None:
    """Submit with the running score that it must come to; the next desk opens."""
    here = page.url
    expect(page.locator("[data-missing]")).to_be_hidden()
    expect(page.locator("[data-running-score]")).to_have_text(score)
    press(page, "Control+Enter")
    page.wait_for_url(lambda url: "/grade/" in url and url != here)


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(8):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        press(page, "Tab")
    raise AssertionError(f"Tab does not reach {selector}")
