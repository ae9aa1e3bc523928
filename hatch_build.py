"""Hatchling's hook: a wheel or an editable install carries the built front end and translations."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuiltFiles(BuildHookInterface[BuilderConfig]):
    """Both steps return at once when nothing has changed since they last ran."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        runpy.run_path(str(root / "tools" / "frontend.py"))["build"](root)
        if version == "editable":
            return
        subprocess.run([sys.executable, "-m", "qa_app.translations"], cwd=root, check=True)
        build_data["artifacts"] += ["qa_app/static/build/**", "qa_app/translations/**/*.mo"]
        for folder in ("templates", "migrations"):
            build_data["force_include"][str(root / folder)] = f"qa_app/_data/{folder}"
