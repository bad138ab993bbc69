"""From a corpus to a voice: prepare the text, fit GPT-2 to it, export the bundle that ships."""
