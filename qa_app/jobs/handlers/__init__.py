"""One module for each kind of job, found by itself: `KIND` and `handle(site, job) -> result`.

A handler may run again from its start after a crash, so running it twice does what once does. It
calls `job.progress(done, total)` between its steps; that is also where it is stopped.
"""
