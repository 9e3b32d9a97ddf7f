"""Rules about what holds up production while a migration runs."""
