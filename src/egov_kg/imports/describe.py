"""What is said of an import: whose it is, where it is from, what it is, when and how it was made.

Specifications: DCAT 3, section 6.6 (Dataset); PROV-O; SPDX checksums as DCAT 3, section 6.18 uses them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from egov_kg import iris
from egov_kg.errors import UsageError
from egov_kg.imports.outcome import Words
from egov_kg.imports.terms import LABEL, TYPE, XSD, TextGraph, bare, iri, is_iri, literal, name, text_of
from egov_kg.namespaces import expand
from egov_kg.store.foreign import TextTriple

_SPDX: Final = "http://spdx.org/rdf/terms#"
_CONFORMS: Final = {
    "cube": "http://purl.org/linked-data/cube",
    "cube-link": "https://cube.link/",
    "csvw": "http://www.w3.org/ns/csvw",
    "csv": "http://www.w3.org/ns/csvw",
}
_NAMES: Final = tuple(
    map(
        iri,
        (expand("dcterms:title"), "http://schema.org/name", "https://schema.org/name", expand("rdfs:label")),
    )
)
_WORDS: Final = tuple(
    map(
        iri,
        (expand("dcterms:description"), "http://schema.org/description", "https://schema.org/description"),
    )
)
_LICENCES: Final = tuple(
    map(iri, (expand("dcterms:license"), "http://schema.org/license", "https://schema.org/license"))
)
_PUBLISHERS: Final = tuple(
    map(iri, (expand("dcterms:publisher"), "http://schema.org/publisher", "https://schema.org/publisher"))
)
_ANYTHING: Final = (
    *map(name, ("qb:DataSet", "dcat:Dataset", "void:Dataset", "skos:ConceptScheme", "owl:Ontology")),
    iri("https://cube.link/Cube"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the steward and the data say of the data set.

    Attributes:
        titles, descriptions: by language; `""` where a text has none.
        licence, publisher, source: an IRI; a publisher may be a name instead.
    """

    titles: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""
    publisher: str = ""
    source: str = ""


def said_of(graph: TextGraph, *stewards: Mapping[str, Any]) -> Said:
    """What is said of an import, by the steward first, then by the data themselves.

    Args:
        graph: the data.
        stewards: what else is said, as `dataset` of a mapping; the first that says something counts.

    Raises:
        UsageError: nobody says which licence, publisher or source it has.
    """
    about = next((one for one in graph.of_type(*_ANYTHING) if graph.objects(one, *_NAMES)), "")
    if not about:
        about = next(iter(graph.of_type(*_ANYTHING)), "")

    def one(key: str, properties: tuple[str, ...] = ()) -> str:
        texts = [str(steward[key]) for steward in stewards if steward.get(key)]
        values = [bare(value) for value in graph.objects(about, *properties) if value.startswith("<")]
        return next(iter((*texts, *values)), "")

    def words(key: str, properties: tuple[str, ...]) -> dict[str, str]:
        found: dict[str, str] = {}
        for steward in stewards:
            for lang, text in steward.get(key, {}).items():
                found.setdefault(lang, text)
        for value in graph.objects(about, *properties):
            if parts := text_of(value):
                found.setdefault(parts.lang, parts.value)
        return found

    source = one("source") or (
        bare(about) if about.startswith("<http") and not bare(about).startswith(iris.BASE) else ""
    )
    found = Said(
        words("title", _NAMES),
        words("description", _WORDS),
        one("licence", _LICENCES),
        one("publisher", _PUBLISHERS),
        source,
    )
    missing = [
        words
        for words, value in (
            (("under which licence it is (--licence)", "许可（--licence）"), found.licence),
            (("who publishes it (--publisher)", "发布者（--publisher）"), found.publisher),
            (("where it is from (--source)", "来源地址（--source）"), found.source),
        )
        if not value
    ]
    if missing:
        raise UsageError(
            f"Neither the data nor you say {', '.join(en for en, _ in missing)}: give it so, or below "
            "[dataset] in the --map file.",
            f"数据与参数均未说明：{'、'.join(zh for _, zh in missing)}。"
            "请用参数给出，或在 --map 文件的 [dataset] 下写明。",
        )
    return found


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an import besides.

    Attributes:
        name: of the import.
        kind: `cube`, `cube-link`, `rdf`, `csvw` or `csv`.
        sha256: of what was read, in hexadecimal.
        mapping: SHA-256 of the mapping file, or empty.
        retrieved: when it was read, as xsd:dateTime.
        reviewed: whether a person has checked it.
        observations, triples: how many it has.
        outcome: what was mapped.
    """

    name: str
    kind: str
    sha256: str
    mapping: str
    retrieved: str
    reviewed: bool
    observations: int
    triples: int
    outcome: Sequence[Words]


def description(said: Said, facts: Facts) -> Iterator[TextTriple]:
    """The triples that describe an import."""
    dataset, activity = (iri(iris.imported(kind, facts.name)) for kind in ("dataset", "activity"))
    yield dataset, TYPE, name("dcat:Dataset")
    yield dataset, TYPE, name("egov:ImportedDataset")
    titles = said.titles or {"en": facts.name}
    for lang, text in titles.items():
        yield dataset, name("dcterms:title"), literal(text.strip(), lang)
        yield dataset, LABEL, literal(" ".join(text.split()), lang)
    for lang, text in (_made(said, facts) | dict(said.descriptions)).items():
        yield dataset, name("dcterms:description"), literal(text, lang)
    yield dataset, name("dcterms:license"), iri(said.licence)
    yield from _publisher(dataset, said.publisher, facts.name)
    yield dataset, name("dcterms:source"), iri(said.source)
    if conforms := _CONFORMS.get(facts.kind):
        yield dataset, name("dcterms:conformsTo"), iri(conforms)
    state = "reviewed" if facts.reviewed else "extracted"
    yield dataset, name("egov:reviewState"), iri(iris.concept("review-state", state))
    yield from _checksum(dataset, iris.imported("checksum", facts.name), facts.sha256)
    yield dataset, name("prov:wasGeneratedBy"), activity
    yield activity, TYPE, name("prov:Activity")
    yield activity, name("prov:used"), iri(said.source)
    yield activity, name("prov:endedAtTime"), literal(facts.retrieved, datatype=f"{XSD}dateTime")
    for lang, texts in zip(("en", "zh"), zip(*facts.outcome, strict=True), strict=True):
        yield activity, name("rdfs:comment"), literal("\n".join(texts), lang)
    yield activity, LABEL, literal(f"Import of {facts.name}", "en")
    yield activity, LABEL, literal(f"导入 {facts.name}", "zh")
    if facts.mapping:
        mapping = iri(iris.imported("mapping", facts.name))
        yield activity, name("prov:used"), mapping
        yield mapping, TYPE, name("prov:Entity")
        yield mapping, LABEL, literal(f"Mapping of {facts.name}", "en")
        yield mapping, LABEL, literal(f"{facts.name} 的映射", "zh")
        yield from _checksum(mapping, iris.imported("mapping-checksum", facts.name), facts.mapping)


def _made(said: Said, facts: Facts) -> dict[str, str]:
    """A description in both languages for a data set whose publisher has none in them."""
    many_en = f"{facts.observations:,} observations" if facts.observations else f"{facts.triples:,} triples"
    many_zh = f"{facts.observations:,} 个观测值" if facts.observations else f"{facts.triples:,} 个三元组"
    return {
        "en": f"Imported from {said.source}: {many_en}. What it says is its publisher's.",
        "zh": f"导入自 {said.source}：{many_zh}。内容由其发布者负责。",
    }


def _publisher(dataset: str, publisher: str, import_: str) -> Iterator[TextTriple]:
    if is_iri(publisher):
        agent = iri(publisher)
    else:
        agent = iri(iris.imported("agent", import_))
        yield agent, name("foaf:name"), literal(publisher)
        yield agent, LABEL, literal(publisher)
        yield agent, TYPE, name("foaf:Agent")
    yield dataset, name("dcterms:publisher"), agent


def _checksum(of: str, checksum: str, value: str) -> Iterator[TextTriple]:
    yield of, iri(f"{_SPDX}checksum"), iri(checksum)
    yield iri(checksum), TYPE, iri(f"{_SPDX}Checksum")
    yield iri(checksum), iri(f"{_SPDX}algorithm"), iri(f"{_SPDX}checksumAlgorithm_sha256")
    yield iri(checksum), iri(f"{_SPDX}checksumValue"), literal(value, datatype=f"{XSD}hexBinary")
