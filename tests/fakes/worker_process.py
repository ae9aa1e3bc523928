"""`qa-app jobs work` with the tests' handlers beside the product's own."""

from pathlib import Path

from qa_app.cli import cli
from qa_app.jobs import handlers

handlers.__path__.append(str(Path(__file__).parent / "handlers"))
cli(["jobs", "work", "--lease", "1", "--threads", "1"])
