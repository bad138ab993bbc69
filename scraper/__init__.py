"""An archive on the web becomes a corpus: pages to SQLite to CSV and JSONL."""
