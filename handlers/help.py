"""/help: what can be said."""

from handlers.routes import Routes

routes = Routes()
