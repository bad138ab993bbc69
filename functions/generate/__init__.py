"""The queue's consumer: takes a review's id, has the engine write it, stores it, sends the mail."""
