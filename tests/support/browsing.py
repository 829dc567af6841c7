"""Looking at a page as a person does: wait until it is still, then see what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from evaluation.ui.navigation import PAGES

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

#: Texts that must never reach a person.
BROKEN = re.compile(
    r"Traceback \(most recent|页面暂时不能显示|Internal Server Error|KeyError|AttributeError|"
    r"\bNone\b|\bnan\b|\bNaN\b|undefined|\{[a-z_]+\}"
)
#: Two English words in a row are a sentence that nobody translated; names of methods are not.
ENGLISH = re.compile(r"\b[A-Za-z]{3,}(?: [A-Za-z]{2,}){1,}\b")
KNOWN_NAMES = re.compile(
    r"Apache License|Creative Commons|Noto (Sans|Serif)[A-Za-z ]*|Standard Definitions|New York|"
    r"Sampling Techniques|Korn[–-]Graubard|Web Crypto|PDF UA|Safari|Chrome"
)


@contextmanager
def visitor(browser: Any, viewport: dict[str, int], **options: Any) -> Iterator[tuple[Any, Any]]:
    """Open a window of its own; give the page and the set of other hosts that it asked for."""
    context = browser.new_context(viewport=viewport, locale="zh-CN", **options)
    page = context.new_page()
    hosts: set[str] = set()

    def note(request: Any) -> None:
        host = urlsplit(request.url).hostname
        if host not in {None, "127.0.0.1", "localhost"}:
            hosts.add(str(host))

    context.on("request", note)
    try:
        yield page, hosts
    finally:
        context.close()


def settle(page: Any, timeout_seconds: float = 60) -> None:
    """Wait until the console has finished running its script."""
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]',
        timeout=timeout_seconds * 1000,
    )
    page.wait_for_timeout(250)


def visible_text(page: Any) -> str:
    """Return what a person reads on the page."""
    return str(page.inner_text("body"))


def faults(page: Any) -> list[str]:
    """Return everything that is wrong with the page as it stands."""
    found = _wrong_words(page)
    found += [f"exception box: {box[:120]}" for box in _texts(page, '[data-testid="stException"]')]
    found += [f"wider than the window: {name}" for name in page.evaluate(_OVERFLOW)]
    return found


def still_faults(page: Any) -> list[str]:
    """The same for a page whose scripts are switched off: width is measured by its boxes."""
    found = _wrong_words(page)
    width = page.viewport_size["width"]
    for selector in ("main", "header", "footer", "form"):
        for box in page.locator(selector).all():
            place = box.bounding_box()
            if place and place["x"] + place["width"] > width + 1:
                found.append(f"wider than the window: {selector}")
    return found


def _wrong_words(page: Any) -> list[str]:
    text = visible_text(page)
    for command in _texts(page, "code, pre, kbd"):
        text = text.replace(command, " ")
    found = [f"broken text: {match[0]}" for match in BROKEN.finditer(text)]
    without_names = KNOWN_NAMES.sub(" ", text)
    found += [f"English: {match[0][:80]}" for match in ENGLISH.finditer(without_names)]
    if page.locator("html").get_attribute("lang") != "zh-CN":
        found.append("the page does not say that it is Chinese")
    return found


def _texts(page: Any, selector: str) -> list[str]:
    return [str(text) for text in page.locator(selector).all_inner_texts()]


#: Elements that stick out of the window to the right, unless something around them scrolls.
_OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  if (document.documentElement.scrollWidth > width + 1) found.push("document");
  for (const main of document.querySelectorAll('[data-testid="stMain"], main')) {
    const excess = main.scrollWidth - main.clientWidth;
    if (excess > 1) found.push(main.tagName + " by " + excess);
  }
  return found;
}
"""


def open_page(page: Any, address: str, name: str) -> None:
    """Open a page of the console by its name; the first page lives at the bare address."""
    page.goto(address if name == PAGES[0].name else f"{address}/{name}")
    settle(page)


def sign_in(page: Any, address: str, login_name: str, password: str) -> None:
    """Sign in through the page that a person uses."""
    page.goto(f"{address}/login")
    page.fill("#login_name", login_name)
    page.fill("#password", password)
    page.click('button[type="submit"]')
    settle(page)


def make_first_account(page: Any, address: str, login_name: str, password: str) -> None:
    """Make the chair's account on the first-start page."""
    page.goto(f"{address}/start")
    page.fill("#display_name", "王评估")
    page.fill("#login_name", login_name)
    page.fill("#password", password)
    page.fill("#password_again", password)
    page.click('button[value="account"]')
    settle(page)
