"""Acting for others: children and their guardian, grown people who said yes, people on a paper list."""
