"""Rules about what fails or changes something when a file runs again."""
