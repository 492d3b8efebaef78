"""The pages that a person sees: every check of this folder is made of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from support.service import Server


@dataclass(frozen=True)
class PageKind:
    """A kind of page, with one of its kind.

    Attributes:
        name: short, for the ids of tests and the names of screenshots.
        path: with `{lang}`, and with `{release}` where the id of the current release stands.
        status: what it is answered with.
        framed: whether it is for frames of other programs.
        stops: how many places the Tab key leads to, at least.
    """

    name: str
    path: str
    status: int = 200
    stops: int = 4
    framed: bool = False

    def url(self, lang: str, server: Server) -> str:
        """The path in a language, on a server."""
        return self.path.format(lang=lang, release=server.release.id)


_QUERY = quote("SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 20")
_DESCRIBE = quote("DESCRIBE <https://w3id.org/egov-kg/id/region/110000>")

PAGES = (
    PageKind("home", "/{lang}/"),
    PageKind("sparql", "/{lang}/sparql"),
    PageKind("sparql-rows", f"/{{lang}}/sparql?query={_QUERY}"),
    PageKind("sparql-graph", f"/{{lang}}/sparql?query={_DESCRIBE}"),
    PageKind("sparql-error", f"/{{lang}}/sparql?query={quote('SELECT ?s WHERE { ?s ?p')}", 400),
    PageKind("releases", "/{lang}/releases/"),
    PageKind("release", "/{lang}/releases/{release}"),
    PageKind("downloads", "/{lang}/download/"),
    PageKind("catalogue", "/{lang}/catalog"),
    PageKind("void", "/{lang}/.well-known/void"),
    PageKind("graphs", "/{lang}/graphs?graph=https://w3id.org/egov-kg/graph/regions"),
    PageKind("region", "/{lang}/id/region/110000"),
    PageKind("observation", "/{lang}/id/observation/2012-2013-budget-disclosure"),
    PageKind("statement", "/{lang}/id/statement/2012-2013-analysis-system-built"),
    PageKind("organisation", "/{lang}/id/organisation/aqsiq"),
    PageKind("indicator", "/{lang}/code/indicator/budget-disclosure"),
    PageKind("code-list", "/{lang}/code/indicator"),
    PageKind("ontology", "/{lang}/ontology"),
    PageKind("docs", "/{lang}/docs"),
    PageKind("docs-model", "/{lang}/docs/model"),
    PageKind("problem", "/{lang}/problem/query-timeout"),
    PageKind("not-found", "/{lang}/nothing-here", 404),
    PageKind("search", "/{lang}/search?q=%E9%99%95%E8%A5%BF"),
    PageKind("search-nothing", "/{lang}/search?q=shanxee"),
    PageKind("indicators", "/{lang}/indicators"),
    PageKind("indicator-threshold", "/{lang}/code/indicator/main-business-coverage?op=gte&threshold=80"),
    PageKind("indicators-none", "/{lang}/indicators?topic=microblog&kind=coverage"),
    PageKind("indicator-derived", "/{lang}/code/indicator/extranet-coverage"),
    PageKind("compare", "/{lang}/compare"),
    PageKind("compare-levels", "/{lang}/compare?by=levels&indicator=information-resource-utilisation"),
    PageKind("compare-regions", "/{lang}/compare?region=360000&region=610000&threshold=1&level=x"),
    PageKind("regions", "/{lang}/regions"),
    PageKind("region-not-named", "/{lang}/id/region/440305"),
    PageKind("section", "/{lang}/id/section/report-2012-2013-websites"),
    PageKind("scheme", "/{lang}/code/level-scale"),
    PageKind("links", "/{lang}/links?of=egov:Region&property=rdf:type"),
    PageKind("neighbourhood", "/{lang}/id/region/cn/neighbourhood"),
    PageKind("datasets", "/{lang}/datasets"),
    PageKind("dataset", "/{lang}/id/dataset/report-2012-2013"),
    PageKind("card-threshold", "/{lang}/id/observation/2012-2013-website-county?op=gte&threshold=95"),
    PageKind("card-derived", "/{lang}/id/observation/derived-count-2012-2013-extranet-coverage-county"),
    PageKind("pilot", "/{lang}/id/pilot/cloud-platform-2012"),
    PageKind("preview-region", "/{lang}/reconcile/preview?id=id/region/610000", stops=1, framed=True),
    PageKind(
        "preview-indicator",
        "/{lang}/reconcile/preview?id=code/indicator/main-business-coverage",
        stops=1,
        framed=True,
    ),
    PageKind("difference", "/{lang}/releases/{release}..{release}"),
)
