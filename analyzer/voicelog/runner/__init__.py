"""Run a program as if nobody watched, remember what happened, apply a fix and run it again."""
