"""A draft edition whose files are two short texts: for tests of what surrounds the report."""

from evaluation import clock
from evaluation.domain.report import EditionState
from evaluation.storage import file_store
from evaluation.storage.models.report import ReportEdition
from evaluation.storage.session import unit_of_work


def draft_edition(account_id: int | None, round_id: int) -> int:
    """Store the draft and return its id."""
    with unit_of_work() as session:
        row = ReportEdition(
            round_id=round_id, number=1, state=EditionState.DRAFT, title="评估报告",
            dated_on=clock.today(), content_sha256="0" * 64, results_sha256="0" * 64,
            pdf_sha256=file_store.keep(session, b"%PDF-1.7 draft", "application/pdf"),
            html_sha256=file_store.keep(session, b"<p>draft</p>", "text/html"),
            n_pages=1, n_figures=0, missing={}, reply_until=None,
            account_id=account_id, built_at=clock.now(), published_at=None,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id
