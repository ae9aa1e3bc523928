"""Which handler does which kind of job."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

from qa_app.jobs import handlers
from qa_app.jobs.running import RunningJob
from qa_app.services.site import Site

Handler = Callable[[Site, RunningJob], dict[str, Any]]


@functools.cache
def known_handlers() -> Mapping[str, Handler]:
    """Kind -> handler, of every module in `handlers`."""
    found: dict[str, Handler] = {}
    for module_info in pkgutil.iter_modules(handlers.__path__):
        module = importlib.import_module(f"{handlers.__name__}.{module_info.name}")
        if module.KIND in found:
            raise RuntimeError(f"two handlers for {module.KIND}")
        found[module.KIND] = module.handle
    return found
