# A graph goes into its place; what was there before is gone.
MOVE ?staged TO ?target
