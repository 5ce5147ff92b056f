"""From a log that nobody knows yet to a signature that says nearly all of it."""
