"""The invented town of 柳溪县: what a fresh Doorstep shows before a real timetable is imported."""
