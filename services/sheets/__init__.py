"""Sheets that clerks keep: reading them, checking them whole, and handing them back marked."""
