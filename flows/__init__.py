"""Who runs the steps, and where the results land. Nothing imports this package."""
