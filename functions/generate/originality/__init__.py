"""How much of a text stands word for word in the corpus that its model learned from."""
