"""What a bundle writes, beside held-out text and the model it began from: figures, pictures."""
