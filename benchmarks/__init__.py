"""Measurements that anyone can repeat; each command makes its own data and writes its own document."""
