"""The places, one a module: each joins widgets, workers and dialogs."""
