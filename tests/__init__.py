"""What icsfeed does, told as tests: one folder a subject."""
