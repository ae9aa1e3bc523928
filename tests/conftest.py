"""What every test may ask for: databases, a browser, an S3 server (tests/infrastructure)."""

from __future__ import annotations

pytest_plugins = [
    "tests.infrastructure.run_folder",
    "tests.infrastructure.databases",
    "tests.infrastructure.browser",
    "tests.infrastructure.s3",
    "tests.infrastructure.sites",
    "tests.infrastructure.commands",
    "tests.infrastructure.worlds",
    "tests.infrastructure.serving",
]
