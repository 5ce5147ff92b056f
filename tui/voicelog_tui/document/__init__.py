"""A log as lines that can be shown: found in its bytes, decoded only where they are looked at."""
