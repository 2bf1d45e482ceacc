"""What we fake because the real thing cannot be had on demand: time, chance, the power cut."""
