"""What members are mailed about their own money, in which language, and which of it they want."""
