"""The outside world behind small protocols: recordings, sound, file formats, clock."""

import os

# Before numpy is loaded: on matrices as small as those of the voice network a second thread of its
# library gains nothing and burns as much again while it waits.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
