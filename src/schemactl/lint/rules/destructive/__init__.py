"""Rules about what loses data or breaks clients that still run."""
