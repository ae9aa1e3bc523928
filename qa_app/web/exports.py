"""A list as a file: what `?format=csv` and `?format=xlsx` of a list's address give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask import Response, request, send_file, stream_with_context
from flask_babel import gettext as _

from qa_app.adapters.writers.csv import csv_chunks
from qa_app.domain.errors import InvalidInput, Problem
from qa_app.security.context import Context
from qa_app.web.context import current_context

FORMATS = ("csv", "xlsx")
LIMIT = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wanted_format() -> str | None:
    """`csv`, `xlsx`, or None when a page is asked for. Raises InvalidInput for anything else."""
    asked = request.args.get("format")
    if asked is None:
        return None
    if asked not in FORMATS:
        raise InvalidInput([Problem("format", "unknown_format", _("Use csv or xlsx."))])
    return asked


def as_file(
    form: str, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> Response:
    """The rows as an attachment called `name`; at most LIMIT of them should be given."""
    if form == "xlsx":
        from qa_app.adapters.writers.xlsx import xlsx_file  # loaded by whoever asks for one

        return send_file(
            xlsx_file(name, header, rows),
            mimetype=XLSX,
            as_attachment=True,
            download_name=f"{name}.xlsx",
        )
    chunks = _streamed(current_context(), csv_chunks(header, rows))
    answer = Response(stream_with_context(chunks), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _streamed(ctx: Context, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The file, and at its end the connection that was opened to read it.

    The request's snapshot is closed before its answer is sent; rows that go on reading open it
    again, and nobody else would close it then.
    """
    try:
        yield from chunks
    finally:
        ctx.session.close()
