# A graph goes.
DROP SILENT GRAPH ?graph
