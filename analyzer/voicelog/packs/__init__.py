"""Packs on this machine: where they are found, how they are fetched, proved and put in place."""
