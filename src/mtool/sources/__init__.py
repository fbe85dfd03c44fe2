"""Where bytes come from. Each source only puts a file and its passport into `data/raw`."""
