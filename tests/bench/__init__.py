"""The bench's arithmetic and its pages; what it measures is not tested, it is measured."""
