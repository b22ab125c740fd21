"""The verbs: what Doorstep does with its nouns, as synchronous functions without network."""
