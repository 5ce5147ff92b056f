"""From bytes to decoded text: files, standard input, archives, encodings."""
