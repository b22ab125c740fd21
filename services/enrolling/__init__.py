"""Joining, leaving and waiting for a class: gates, seats, the line and offers."""
