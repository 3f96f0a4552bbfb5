"""Round trips: tables are made up, printed in every layout, and have to come back exactly."""
