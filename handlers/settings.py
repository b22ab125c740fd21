"""Language, large print and reminders."""

from handlers.routes import Routes

routes = Routes()
