"""Texts with markup, as other systems keep them → plain words."""

import re
from html.parser import HTMLParser


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p", "div", "li"):
            self.parts.append("\n")


def plain_text(markup: str) -> str:
    """Take the words out of a text with markup."""
    parser = _PlainText()
    parser.feed(re.sub(r"(?is)<(script|style)\b.*?</\1>", "", markup))
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).splitlines())
    return "\n".join(line for line in lines if line)
