"""Everything that changes state for a visitor: the form, reports and the sweep."""
