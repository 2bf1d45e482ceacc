"""What the bot does when people say, send or press something; bot/table.py says who may."""
