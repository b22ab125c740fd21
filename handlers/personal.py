"""Privacy, one's own data, and leaving for good."""

from handlers.routes import Routes

routes = Routes()
