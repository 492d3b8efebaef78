"""What kind of thing something is, by its classes, and which kinds come first among equal hits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from egov_kg import iris
from egov_kg.namespaces import expand


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing.

    Attributes:
        name: as programs write it.
        en, zh: as readers see it.
        classes: a thing of one of them, or of one below, is of this kind.
    """

    name: str
    en: str
    zh: str
    classes: frozenset[str]


def _kind(name: str, en: str, zh: str, *curies: str) -> Kind:
    return Kind(name, en, zh, frozenset(map(expand, curies)))


KINDS: Final = (
    _kind("indicator", "Indicator", "指标", "egov:Indicator"),
    _kind("region", "Region", "地区", "egov:Region", "egov:RegionSet"),
    _kind("observation", "Observation", "观测", "qb:Observation"),
    _kind("statement", "Statement", "陈述", "egov:Statement", "egov:Reading"),
    _kind("organisation", "Organisation", "机构", "org:FormalOrganization", "org:OrganizationalUnit"),
    _kind("group", "Group of bodies", "机构群体", "egov:BodyGroup"),
    _kind("person", "Person", "人物", "foaf:Person"),
    _kind(
        *("platform", "Network, platform or system", "网络、平台或系统"),
        *("egov:Network", "egov:Platform", "egov:InformationSystem", "egov:Infrastructure", "egov:Project"),
        *("egov:WebsiteGroup", "egov:MicroblogHall", "egov:MicroblogAccount", "egov:MicroblogGroup"),
    ),
    _kind(
        *("document", "Document", "文件"),
        *("egov:Document", "egov:SourceDocument", "egov:Section", "egov:Survey"),
        *("dcterms:Standard", "dcterms:LicenseDocument"),
    ),
    _kind(
        *("dataset", "Dataset or service", "数据集或服务"),
        *("dcat:Resource", "qb:DataSet", "void:Dataset", "void:Linkset", "qb:DataStructureDefinition"),
    ),
    _kind("entity", "Other thing of the report", "报告所述的其他事物", "egov:Entity", "egov:Condition"),
    _kind("period", "Period", "时段", "time:TemporalEntity", "dcterms:PeriodOfTime"),
    _kind("code", "Code", "代码", "skos:Concept", "skos:ConceptScheme", "qudt:Unit"),
    _kind("class", "Class", "类", "owl:Class", "rdfs:Class", "rdfs:Datatype", "owl:Ontology"),
    _kind(
        *("property", "Property", "属性"),
        *("rdf:Property", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"),
    ),
    _kind("span", "Span of the source", "来源片段", "oa:SpecificResource"),
    _kind("other", "Other", "其他"),
)
"""Every kind; a thing is of the first that fits, of the last if none does."""

_ORDER: Final = (
    *("indicator", "region", "organisation", "group", "platform", "entity", "person", "prefecture"),
    *("document", "dataset", "observation", "statement", "county", "code", "class", "property", "period"),
    *("other", "span"),
)
_LEVELS: Final = {
    iris.concept("region-level", "prefecture"): "prefecture",
    iris.concept("region-level", "county"): "county",
}


def kind_of(types: Collection[str], above: Mapping[str, Collection[str]]) -> Kind:
    """The kind of a thing.

    Args:
        types: its classes.
        above: the classes above each class, itself included.
    """
    classes = {one for type_ in types for one in above.get(type_, (type_,))}
    return next((kind for kind in KINDS if not classes.isdisjoint(kind.classes)), KINDS[-1])


def rank(kind: Kind, levels: Collection[str]) -> int:
    """What comes first among equal hits has the lowest.

    Args:
        kind: of the thing.
        levels: `egov:regionLevel` of a region: prefectures come after organisations, counties after facts.
    """
    lower = (_LEVELS[level] for level in levels if level in _LEVELS)
    return _ORDER.index(next(lower, kind.name) if kind.name == "region" else kind.name)
