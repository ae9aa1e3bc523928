"""The driver's errors that others may name, without knowing SQLAlchemy."""

from sqlalchemy.exc import OperationalError as DatabaseUnavailable

__all__ = ["DatabaseUnavailable"]
