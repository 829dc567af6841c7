"""Names shared by reading and writing XLSForm: languages, the extra column, special rows."""

import re

EXTRA = "hengping"
"""Column with what XLSForm itself cannot carry, as JSON; other programs ignore it."""

CONSENT_TEXT = "consent_text"
CONSENT = "consent"
LEGAL_BASIS = "consent_legal_basis"
INTRODUCTION = "introduction"
THANKS = "thanks"

LANGUAGE_NAMES = {
    "zh": "中文",
    "en": "English",
    "zh-Hant": "繁體中文",
    "ja": "日本語",
    "ko": "한국어",
    "fr": "Français",
    "ug": "ئۇيغۇرچە",
    "bo": "བོད་ཡིག",
    "mn": "Монгол",
}
_CODE = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,11})\)\s*$")


def language_label(code: str) -> str:
    """Language as XLSForm writes it: name, code in brackets."""
    return f"{LANGUAGE_NAMES.get(code, code)} ({code})"


def language_code(label: str) -> str:
    """Code of a language written as name with code in brackets, or as a bare name."""
    found = _CODE.search(label)
    if found:
        return found[1]
    bare = label.strip()
    by_name = {name.lower(): code for code, name in LANGUAGE_NAMES.items()}
    by_name |= {"chinese": "zh", "default": "default", "汉语": "zh", "简体中文": "zh"}
    return by_name.get(bare.lower(), re.sub(r"[^A-Za-z0-9-]", "", bare).lower()[:12] or "default")
