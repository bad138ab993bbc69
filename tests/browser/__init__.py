"""Every page and state in a real browser, without the rest of the stack."""
