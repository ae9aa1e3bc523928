"""Background work: the worker, its heartbeat and sweeper, and a handler for each kind of job."""
