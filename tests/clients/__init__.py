"""What calendar libraries read in the feed."""
