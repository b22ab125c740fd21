"""Bare echo bots of other libraries, with no database at all, to measure ourselves against."""
