"""Broadcasts (群发): one message to many; each gets it once, at a decent hour, or is counted with the reason.

How it is delivered. A broadcast's recipients are rows, made once at launch by INSERT ... SELECT. They are fed
to the outbox about two seconds' worth at a time, by whoever holds the bulk lane; from there the one sender
delivers them like everything else, under leases, gates, pacing and the closed table of outcomes. A recipient
that is `sending` has exactly one outbox row (a unique index sees to it); what becomes of that row is taken
over into the recipient, so nobody is skipped or doubled whatever dies when.

Two tables and not one: a million recipients never sit in the outbox, so its queue stays short for everybody
else, and a pause or stop acts at once, as it takes the few rows back that were fed. And a broadcast's numbers
are one GROUP BY over its recipients: they always add up.
"""
