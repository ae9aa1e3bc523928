"""The driver's errors that others may name, without knowing SQLAlchemy."""

from sqlalchemy.exc import DataError
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

__all__ = ["VALUE_FITS_NOWHERE", "DatabaseUnavailable"]

# A number or a text that no column can hold: SQLite's driver says it in Python's own words.
VALUE_FITS_NOWHERE = (DataError, OverflowError)
