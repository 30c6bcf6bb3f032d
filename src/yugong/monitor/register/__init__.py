"""The register of cooperation: items, parties, money, milestones, history."""
