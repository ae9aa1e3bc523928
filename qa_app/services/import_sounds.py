"""Sound files that rows of an import bring along: known by content, kept before their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from qa_app.adapters.readers.conversations import Note, PreparedRow
from qa_app.adapters.recordings_store import StoredObject, copy_hashed
from qa_app.queries.imports import recordings_by_content
from qa_app.security.context import Context
from qa_app.services.recordings import register_sound
from qa_app.services.site import Site


def with_content(
    rows: Sequence[PreparedRow],
) -> tuple[list[PreparedRow], dict[str, str], list[Note]]:
    """The rows with their sound's content in their digests; path -> SHA-256; unreadable ones.

    So a row is changed when another sound lies under the same name.
    """
    kept: list[PreparedRow] = []
    sums: dict[str, str] = {}
    lost: list[Note] = []
    for row in rows:
        if row.recording is None:
            kept.append(row)
            continue
        try:
            with Path(row.recording).open("rb") as file:
                sums[row.recording] = content = copy_hashed(file)[0]
        except OSError as error:
            reason = f"recording: The file cannot be read ({error.strerror})."
            lost.append(Note(row.where, reason))
            continue
        digest = hashlib.sha256(f"{row.digest}:{content}".encode()).hexdigest()
        kept.append(row._replace(digest=digest))
    return kept, sums, lost


def keep_sounds(site: Site, paths: Iterable[str], sums: dict[str, str]) -> dict[str, StoredObject]:
    """Put into the store what no recording is known of: SHA-256 -> object. Before any row."""
    wanted = {sums[path]: path for path in paths}
    with site.reading() as ctx:
        known = recordings_by_content(ctx.session, wanted)
    return {
        content: site.store.put(Path(path))
        for content, path in wanted.items()
        if content not in known
    }


def register_sounds(
    site: Site, ctx: Context, paths: Mapping[str, str], stored: Mapping[str, StoredObject]
) -> dict[str, int]:
    """SHA-256 -> id of the recordings of these `SHA-256 -> path`, made where they are new."""
    known = recordings_by_content(ctx.session, paths) if paths else {}
    for content in sorted(paths.keys() - known.keys()):
        kept = stored.get(content) or site.store.put(Path(paths[content]))
        known[content] = register_sound(ctx, kept)
    return known
