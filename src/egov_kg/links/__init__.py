"""Links to other graphs: candidates asked of an endpoint, scored, reviewed in a table, made a linkset."""
