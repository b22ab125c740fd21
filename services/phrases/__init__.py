"""Times, dates, money and distances in words, Chinese first, English complete."""
