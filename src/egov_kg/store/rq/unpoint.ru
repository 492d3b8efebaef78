# From here on, until `point`, the engine says that it holds no release.
DELETE WHERE { GRAPH <https://w3id.org/egov-kg/store> { <https://w3id.org/egov-kg/store> <https://w3id.org/egov-kg/store#release> ?any } }
