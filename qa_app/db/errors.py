"""The driver's errors that others may name, without knowing SQLAlchemy."""

from sqlalchemy.exc import DatabaseError, DataError
from sqlalchemy.exc import OperationalError as DatabaseUnavailable

__all__ = ["UNUSABLE", "VALUE_FITS_NOWHERE", "DatabaseError", "DatabaseUnavailable"]

# Exactly these, without what is derived from them: it is down, or its file is no database.
UNUSABLE = (DatabaseUnavailable, DatabaseError)

# A number or a text that no column can hold: SQLite's driver says it in Python's own words.
VALUE_FITS_NOWHERE = (DataError, OverflowError)
