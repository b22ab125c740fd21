"""Joining several accounts of one person."""

from handlers.routes import Routes

routes = Routes()
