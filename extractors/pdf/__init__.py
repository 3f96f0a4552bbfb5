"""PDF: pages to words and grids; what follows is the code that text documents use."""
