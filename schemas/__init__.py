"""Facts about data: fields, datasets, vocabulary, units and areas. Imports nothing of ours."""
