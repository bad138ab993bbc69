"""The template: what it promises, and that it is what the functions expect."""
