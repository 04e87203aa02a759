"""What other programs read: feeds, calendars and data files made from the records."""
