"""Secrets that people hold: invitation tokens, resume codes, receipts; and the seal of drafts.

Whoever answers holds one secret, the *resume code*. Everything else follows from it: the draft's
identifier, the key that seals the draft, the receipt. The server keeps only hashes, so the drafts
in a stolen database cannot be opened. Leaves out where tokens and drafts are kept.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import zlib
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: Crockford's alphabet: no I, L, O, U, so that a code survives being read aloud or copied by hand.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READING = str.maketrans({"O": "0", "I": "1", "L": "1"})
_WRITTEN_WELL = re.compile(rf"[{ALPHABET}]+").fullmatch
_RESUME_LENGTH = 20
_RECEIPT_LENGTH = 16
_TOKEN_LENGTH = 26
_NONCE_BYTES = 12
_PADDED_TO_BYTES = 1024
_LENGTH_BYTES = 4
_LARGEST_CONTENT_BYTES = 1 << 20


def _random_text(length: int) -> str:
    # 32 divides 256: the low five bits of a random byte are as random as it gets.
    return "".join([ALPHABET[byte & 31] for byte in secrets.token_bytes(length)])


def _text_of(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    characters = []
    for _ in range(length):
        number, position = divmod(number, 32)
        characters.append(ALPHABET[position])
    return "".join(characters)


def normalise(code: str) -> str:
    """Read a code as people type it: spaces, hyphens, small letters, O for 0 and l for 1.

    >>> normalise(" ab1o-xyz ")
    'AB10XYZ'
    """
    if _WRITTEN_WELL(code):
        return code
    return "".join(c for c in code.upper().translate(_READING) if c in ALPHABET)


def grouped(code: str, size: int = 4) -> str:
    """Write a code in groups.

    >>> grouped("ABCDEFGH")
    'ABCD-EFGH'
    """
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def new_resume_code() -> str:
    """Make a resume code of 100 random bits."""
    return _random_text(_RESUME_LENGTH)


def is_resume_code(code: str) -> bool:
    """Tell whether a normalised text has the length of a resume code."""
    return len(code) == _RESUME_LENGTH


def draft_id(resume_code: str) -> str:
    """Return the identifier under which the draft is kept; it does not lead back to the code."""
    return hashlib.sha256(b"draft|" + resume_code.encode()).hexdigest()


def new_invitation_token() -> str:
    """Make an invitation token of 130 random bits."""
    return _random_text(_TOKEN_LENGTH)


def invitation_hash(token: str) -> str:
    """Return what is kept of an invitation token."""
    return hashlib.sha256(b"invitation|" + normalise(token).encode()).hexdigest()


def receipt_code(secret: bytes, resume_code: str) -> str:
    """Return the receipt of a response: always the same for one draft, so a repeat finds it."""
    digest = hmac.digest(secret, b"receipt|" + resume_code.encode(), "sha256")
    return _text_of(digest, _RECEIPT_LENGTH)


def receipt_hash(receipt: str) -> str:
    """Return what is kept of a receipt."""
    return hashlib.sha256(b"receipt|" + normalise(receipt).encode()).hexdigest()


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Derive a key of 32 bytes for one purpose from a secret of high entropy."""
    return hmac.digest(secret, b"key|" + purpose.encode(), "sha256")


def draft_key(resume_code: str) -> bytes:
    """Return the key that seals a draft; only who holds the code can make it."""
    return derived_key(resume_code.encode(), "draft")


def seal(key: bytes, content: Any) -> bytes:
    """Compress, pad and encrypt a JSON value, so that neither text nor length can be read.

    What fits into the padding anyway is not compressed; it begins with a brace, the other does not.
    """
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > _PADDED_TO_BYTES - _LENGTH_BYTES or body[:1] != b"{":
        body = zlib.compress(body, 1)
    body = len(body).to_bytes(_LENGTH_BYTES, "big") + body
    body += bytes(-len(body) % _PADDED_TO_BYTES)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, body, None)


def unseal(key: bytes, sealed: bytes) -> Any | None:
    """Open what `seal` closed; ``None`` if the key is another one or the content was changed."""
    try:
        body = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
    except (InvalidTag, ValueError):
        return None
    end = _LENGTH_BYTES + int.from_bytes(body[:_LENGTH_BYTES], "big")
    text = body[_LENGTH_BYTES:end]
    if not text.startswith(b"{"):
        text = zlib.decompressobj().decompress(text, _LARGEST_CONTENT_BYTES)
    return json.loads(text)
