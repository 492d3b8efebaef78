# The engine says that it holds a release.
INSERT DATA {
  GRAPH <https://w3id.org/egov-kg/store> {
    <https://w3id.org/egov-kg/store> <https://w3id.org/egov-kg/store#release> ?release ; <https://w3id.org/egov-kg/store#whole> true
  }
}
