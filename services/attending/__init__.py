"""Attendance: the roll, codes that are shown in class, hours and credits, and the standing after no-shows."""
