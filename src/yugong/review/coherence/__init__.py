"""Does a plan hold together: national tasks covered, targets that add up, measures that pull one way, zones kept."""
