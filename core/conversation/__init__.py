"""What a person means who writes to Easel, wherever they write. Pure, but for looking pictures up by their words."""
