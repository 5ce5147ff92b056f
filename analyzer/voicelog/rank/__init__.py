"""From hits to an answer: one claim a signature, root before consequence, how sure, and the verdict."""
