"""Enrolment windows: who may come when, and whether seats are given at once, drawn, or by the staff's yes."""
