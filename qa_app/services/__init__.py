"""Every write: one function per deed, which checks permission, moves the lifecycle and audits."""
