"""What should be done: transfers, compensation, benefit sharing, pairing, zones, synergy of strategies, links."""
