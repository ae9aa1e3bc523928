"""Where recordings live: opens the store that the settings name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qa_app.adapters.recordings_disk import DiskStore
from qa_app.adapters.recordings_store import RecordingStore
from qa_app.domain.errors import InvalidInput, Problem

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def store_from(location: str, access: Mapping[str, str] | None = None) -> RecordingStore:
    """The store at `location`: a folder, or `s3://bucket/prefix` reached with `AWS_*` values.

    Raises InvalidInput when the location is neither.
    """
    if match := _S3.fullmatch(location):
        # here, since a site on disk needs none of its 16 MB
        from qa_app.adapters.recordings_s3 import S3Recordings

        return S3Recordings(match["bucket"], match["prefix"] or "", access=access or {})
    if not location or _SCHEME.match(location):
        message = "Use a folder, or s3://bucket/prefix."
        raise InvalidInput([Problem("QA_RECORDINGS", "not_a_store", message)])
    return DiskStore(Path(location))
