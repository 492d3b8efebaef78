# Nothing is known of any graph any more.
DELETE WHERE { GRAPH <https://w3id.org/egov-kg/store> { ?s ?p ?o } }
