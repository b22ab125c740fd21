"""The web chat: a page on which a resident talks with us in any browser, without an app or an account."""
