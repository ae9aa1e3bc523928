"""`qa-app jobs work` with the tests' handlers beside the product's own."""

import sys
from pathlib import Path

from qa_app.app import main
from qa_app.jobs import handlers

handlers.__path__.append(str(Path(__file__).parent / "handlers"))
sys.argv = ["qa-app", "jobs", "work", "--lease", "1", "--threads", "1"]
main()
