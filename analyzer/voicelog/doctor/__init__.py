"""Looks at the machine and the environment that a model runs in: findings and facts, without a log."""
