"""Orders, shipments and their events; may import personalization only."""
