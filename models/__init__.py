"""The nouns: tables with their rules, migrations, and the store that runs units of work."""
