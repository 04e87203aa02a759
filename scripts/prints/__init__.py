"""What is handed out: cards, posters, slides and QR codes. Each is made from one `Handout` (scripts/pages/handouts.py) and adds no value of its own."""
