"""Editions made up, clean or with one fault planted, and what the checks find in them."""
