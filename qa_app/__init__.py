"""The QA workbench: from the conversations of a half-month to a published figure."""

from pathlib import Path

__version__ = "0.1.0"

_PACKAGE = Path(__file__).resolve().parent
_CARRIED = _PACKAGE / "_data"
RESOURCES = _CARRIED if _CARRIED.is_dir() else _PACKAGE.parent
"""Where templates/ and migrations/ are: inside an installed wheel, beside the package otherwise."""
