"""Makes the networks that `vision` ships; the product never imports this room."""
