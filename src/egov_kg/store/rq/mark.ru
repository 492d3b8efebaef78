# What is known of one graph takes the place of what was.
DELETE WHERE { GRAPH <https://w3id.org/egov-kg/store> { ?graph ?p ?o } } ;
INSERT DATA {
  GRAPH <https://w3id.org/egov-kg/store> {
    ?graph <https://w3id.org/egov-kg/store#role> ?role ; <https://w3id.org/egov-kg/store#target> ?target ; <https://w3id.org/egov-kg/store#digest> ?digest ; <https://w3id.org/egov-kg/store#parts> ?parts
  }
}
