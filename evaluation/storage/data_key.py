"""The data key: seals short texts that must be kept secret, and keys hashes for comparison.

Both keys are derived from the installation's secret, so a stolen database alone tells nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from evaluation.config import settings
from evaluation.errors import NotFound
from evaluation.language import _


def _derived(purpose: str) -> bytes:
    return hmac.new(settings().resolved_secret_key(), purpose.encode(), hashlib.sha256).digest()


def comparison_secret() -> bytes:
    """Return the secret that keys hashes of names, licences and firms."""
    return _derived("hengping comparison key 1")


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived("hengping sealing key 1")))


def seal(text: str) -> str:
    """Return the text encrypted and authenticated."""
    return _cipher().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Return a sealed text.

    Raises
    ------
    NotFound
        If the installation's secret is not the one it was sealed with.
    """
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken as problem:
        raise NotFound(
            _("加密内容无法打开，数据密钥与保存时不同。"),
            remedy=_("请恢复原来的密钥文件后重试。"),
        ) from problem
