"""What is kept of people, handed out to them, forgotten for them."""
