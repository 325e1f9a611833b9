"""Running over many papers: files in, workers, resuming, tables out."""
