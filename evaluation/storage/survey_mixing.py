"""Sealing a response on arrival and mixing it among the others, so that its order is lost.

A database keeps rows in the order in which they came; a web log has the same order with times. So
a response waits sealed in the inbox, and moves out only together with others, in random order. On
PostgreSQL, which stores rows where there is room, all responses of the survey are rewritten then.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, select, text, update

from evaluation.storage.bulk_rows import delete_keys, insert_rows
from evaluation.storage.models.survey import SurveyChannel, SurveyInbox, SurveyResponse
from surveys.access import derived_key, seal, unseal
from surveys.dispositions import Disposition
from surveys.store import Pace, Submission

_INBOX = cast(Table, SurveyInbox.__table__)
_RESPONSE = cast(Table, SurveyResponse.__table__)


class SealBroken(Exception):
    """A response in the inbox cannot be opened: the installation's secret was changed."""


class Mixer:
    """Seals, opens and mixes with the installation's secret, which is not in the database."""

    def __init__(self, secret: bytes) -> None:
        self._seal_key = derived_key(secret, "inbox")
        self._name_key = derived_key(secret, "inbox-name")

    def inbox_id(self, receipt_hash: str) -> str:
        """Return the key of a response in the inbox; it tells nothing about the later row."""
        return hmac.digest(self._name_key, receipt_hash.encode(), "sha256").hex()

    def sealed(self, submission: Submission, *, keeps_number: bool, keeps_pace: bool) -> bytes:
        """Seal what will become a row; the invitation stays out of it if anonymous."""
        return seal(
            self._seal_key,
            {
                "receipt_hash": submission.receipt_hash,
                "submitted_on": submission.submitted_on.isoformat(),
                "language": submission.language,
                "disposition": submission.disposition.value,
                "pace": submission.pace.value if keeps_pace else Pace.UNKNOWN.value,
                "answers": dict(submission.answers),
                "quotas": list(submission.quotas),
                "invitation_number": submission.invitation_number if keeps_number else None,
            },
        )

    def opened(self, sealed: bytes) -> dict[str, Any]:
        """Open a sealed response.

        Raises
        ------
        SealBroken
            If the secret is another one than when the response came in. Put it back.
        """
        content = unseal(self._seal_key, sealed)
        if content is None:
            raise SealBroken("put the former HENGPING_SECRET_KEY back before mixing")
        return dict(content)

    def mix(self, connection: Connection, channel_id: int, survey_id: int) -> int:
        """Move all responses of a channel out of the inbox; return how many."""
        waiting = connection.execute(
            select(_INBOX.c.id, _INBOX.c.sealed).where(_INBOX.c.channel_id == channel_id)
        ).all()
        if not waiting:
            return 0
        rows = [
            self._row(self.opened(bytes(sealed)), channel_id, survey_id) for _id, sealed in waiting
        ]
        rows.sort(key=lambda row: str(row["id"]))
        insert_rows(connection, _RESPONSE, rows)
        delete_keys(connection, _INBOX, [inbox_id for inbox_id, _sealed in waiting])
        if connection.dialect.name == "postgresql":
            _rewrite_in_random_order(connection, survey_id)
        return len(rows)

    def forget_numbers(self, connection: Connection, survey_id: int) -> None:
        """Take the invitation numbers out of all responses of a survey, and shuffle them."""
        channels = select(SurveyChannel.id).where(SurveyChannel.survey_id == survey_id)
        waiting = connection.execute(
            select(_INBOX.c.id, _INBOX.c.sealed).where(_INBOX.c.channel_id.in_(channels))
        ).all()
        for inbox_id, sealed in waiting:
            content = self.opened(bytes(sealed)) | {"invitation_number": None}
            connection.execute(
                update(_INBOX)
                .where(_INBOX.c.id == inbox_id)
                .values(sealed=seal(self._seal_key, content))
            )
        connection.execute(
            update(_RESPONSE)
            .where(_RESPONSE.c.survey_id == survey_id)
            .values(invitation_number=None, pace=Pace.UNKNOWN)
        )
        if connection.dialect.name == "postgresql":
            _rewrite_in_random_order(connection, survey_id)

    @staticmethod
    def _row(content: dict[str, Any], channel_id: int, survey_id: int) -> dict[str, Any]:
        return {
            "id": secrets.token_hex(16),
            "survey_id": survey_id,
            "channel_id": channel_id,
            **content,
            "submitted_on": date.fromisoformat(content["submitted_on"]),
            "disposition": Disposition(content["disposition"]),
            "pace": Pace(content["pace"]),
        }


def _rewrite_in_random_order(connection: Connection, survey_id: int) -> None:
    """Rewrite all responses of a survey: keys are random, so their order tells nothing."""
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE survey_shuffle ON COMMIT DROP AS "
        "SELECT * FROM survey_response WHERE false"
    )
    connection.execute(
        text("INSERT INTO survey_shuffle SELECT * FROM survey_response WHERE survey_id = :survey"),
        {"survey": survey_id},
    )
    connection.execute(delete(_RESPONSE).where(_RESPONSE.c.survey_id == survey_id))
    connection.exec_driver_sql(
        "INSERT INTO survey_response SELECT * FROM survey_shuffle ORDER BY id"
    )
    connection.exec_driver_sql("DROP TABLE survey_shuffle")
