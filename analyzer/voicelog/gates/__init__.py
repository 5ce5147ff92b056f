"""What a change to the base must pass: each entry proves itself against all others and against labelled logs."""
