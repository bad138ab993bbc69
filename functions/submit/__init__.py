"""What changes state for a visitor: the form, limits, reports, what mails ask; the sweep."""
