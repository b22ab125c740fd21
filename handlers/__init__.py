"""Conversations: what a person says or taps, what happens, and what is answered."""
