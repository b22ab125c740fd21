"""Enrolment windows: who may come when, and whether a seat is given at once, by a draw or by the staff's yes."""
