"""The conversation: what people say and see. Telegram lives here and nowhere else."""
