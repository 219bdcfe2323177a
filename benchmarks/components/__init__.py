"""What the workers run: the same echo bolt and spouts in each library's own way."""
