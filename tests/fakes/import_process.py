"""An import that says each batch it has written, and after some of them waits to be killed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from qa_app.config import Settings
from qa_app.security.context import SYSTEM
from qa_app.services.import_archives import unpacked
from qa_app.services.import_report import ImportReport
from qa_app.services.imports import Importer, ReportLedger, order_for
from qa_app.services.site import Site


class TalkingLedger(ReportLedger):
    """Waits for ever after `stop_after` batches."""

    def __init__(self, report: ImportReport, stop_after: int) -> None:
        super().__init__(report)
        self._stop_after = stop_after

    def progress(self, *_where: int) -> None:
        print("batch", self.counts.batches, flush=True)
        if self.counts.batches == self._stop_after:
            threading.Event().wait()


def main(path: str, stop_after: str) -> None:
    site = Site.open(Settings.from_env())
    with ImportReport() as report:
        ledger = TalkingLedger(report, int(stop_after))
        with unpacked(site, order_for(site, Path(path))) as order:
            Importer(site, order, ledger, actor=SYSTEM, dry_run=False).run()
    site.close()


main(*sys.argv[1:])
