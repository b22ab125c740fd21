"""People without a phone, enrolled by staff from a paper list under the same rules as everybody."""
