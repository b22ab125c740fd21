"""Notices: messages that somebody gets without having spoken just now."""
