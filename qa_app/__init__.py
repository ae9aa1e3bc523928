"""The QA workbench: from the conversations of a half-month to a published figure."""

__version__ = "0.1.0"
