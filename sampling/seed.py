"""The public seed: its rules, the ticket of a unit, and the project's only source of randomness.

Leaves out when and by whom a seed may be given; that is :mod:`sampling.certificate`.
"""

from __future__ import annotations

import hashlib
import unicodedata

import numpy as np

from sampling.errors import SeedError

MINIMUM_LENGTH = 20
TICKET_RULE = "lowercase hex SHA-256 of UTF-8(seed + '|' + unit_id)"


def check_seed(text: str) -> str:
    """Return the seed unchanged if it may be used for a public draw.

    A seed is any text of at least twenty characters that a reader can copy from a screen or a
    printed page without doubt: no control characters, no space at either end, and already in
    Unicode normal form C, so that two computers hash the same bytes.

    Parameters
    ----------
    text : str
        The seed as it was given in public, for example twenty decimal dice.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    SeedError
        If the text is too short, has a space at either end, contains a control character, or is
        not in normal form C. Give a new seed; never mend one silently.

    Examples
    --------
    >>> check_seed("41596728109384756012")
    '41596728109384756012'
    >>> check_seed("12345")
    Traceback (most recent call last):
    sampling.errors.SeedError: the seed has 5 characters, at least 20 are needed
    """
    if len(text) < MINIMUM_LENGTH:
        raise SeedError(
            f"the seed has {len(text)} characters, at least {MINIMUM_LENGTH} are needed",
            code="seed_too_short",
            length=len(text),
            minimum=MINIMUM_LENGTH,
        )
    if text != text.strip():
        raise SeedError("the seed begins or ends with a space", code="seed_outer_space")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in text):
        raise SeedError("the seed contains an invisible character", code="seed_invisible")
    if unicodedata.normalize("NFC", text) != text:
        raise SeedError("the seed is not in Unicode normal form C", code="seed_not_nfc")
    return text


def ticket(seed: str, unit_id: str) -> str:
    """Return the ticket number of one unit: what anyone can recompute with ``sha256sum``.

    Parameters
    ----------
    seed : str
        Public seed. Not checked here, so that published vectors with any seed can be repeated.
    unit_id : str
        Identifier exactly as it stands in the frozen frame.

    Returns
    -------
    str
        64 lowercase hexadecimal digits. Smaller means drawn earlier.

    Notes
    -----
    ``ticket = hex(SHA-256(UTF-8(seed + "|" + unit_id)))``.

    References
    ----------
    Rivest, R. L. (2018). *Consistent sampling with replacement* (idea of ticket numbers);
    FIPS 180-4 (SHA-256).

    Examples
    --------
    >>> ticket("41596728109384756012", "（2021）京0105执12345号")
    'cba892345eb8aa3fec330338cf9f6bec19fef866a67faa38c8222a65fa00c007'
    """
    return hashlib.sha256(f"{seed}|{unit_id}".encode()).hexdigest()


def uniform(ticket_number: str) -> float:
    """Return the ticket as a number strictly between 0 and 1, the same on every machine.

    Parameters
    ----------
    ticket_number : str
        64 hexadecimal digits from :func:`ticket`.

    Returns
    -------
    float
        ``(k + 1/2) / 2**52`` with ``k`` the first 13 hexadecimal digits; exact in binary64.

    Examples
    --------
    >>> uniform("8" + "0" * 63)
    0.5000000000000001
    >>> 0 < uniform("0" * 64) and uniform("f" * 64) < 1
    True
    """
    return (int(ticket_number[:13], 16) + 0.5) / 2.0**52


def generator(text: str) -> np.random.Generator:
    """Return a NumPy generator whose whole stream follows from a text.

    Used for simulation, replicate weights and demonstration data, never for a draw: a draw uses
    :func:`ticket`, which needs no NumPy to repeat.

    Parameters
    ----------
    text : str
        Any text; name the purpose in it, so that two purposes never share a stream.

    Returns
    -------
    numpy.random.Generator
        PCG64 seeded with the SHA-256 of the text.

    Examples
    --------
    >>> bool((generator("a").random(3) == generator("a").random(3)).all())
    True
    """
    digest = hashlib.sha256(text.encode()).digest()
    words = [int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
