"""RDF of strangers: read within bounds, and nothing but the document itself."""

from __future__ import annotations

import gzip
import io

import pytest

from egov_kg.errors import EgovError, ImportRefused, SourceError
from egov_kg.store.foreign import LONGEST_TERM, Bounds, read_foreign
from support.upstream import reply, serving

BOUNDS = Bounds(1024**2, 1_000)
XML = (
    '<?xml version="1.0"?>{doctype}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:e="http://e.org/"><rdf:Description rdf:about="http://e.org/x"><e:p>{text}</e:p></rdf:Description></rdf:RDF>'
)


def read(text: str | bytes, syntax: str = "turtle", bounds: Bounds = BOUNDS) -> list[tuple[str, str, str]]:
    data = text.encode() if isinstance(text, str) else text
    return list(read_foreign(io.BytesIO(data), "file", syntax, bounds, "http://base.example/"))


def refusal(text: str | bytes, syntax: str = "turtle", bounds: Bounds = BOUNDS) -> EgovError:
    with pytest.raises(SourceError) as caught:
        read(text, syntax, bounds)
    assert caught.value.detail_zh
    return caught.value


def test_terms_come_as_text() -> None:
    assert read("<a> <urn:p> 'x'@en , 1 .") == [
        ("<http://base.example/a>", "<urn:p>", '"x"@en'),
        ("<http://base.example/a>", "<urn:p>", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ]


def test_a_syntax_error_has_its_place() -> None:
    error = refusal("<urn:a> <urn:b> <urn:c> .\n<urn:a> b")
    assert (error.extra["line"], error.extra["file"]) == (2, "file")


def test_past_a_bound_nothing_more_is_read() -> None:
    many = "".join(f"<urn:s> <urn:p> {n} .\n" for n in range(2_000))
    assert "more than 1,000 triples" in refusal(many).detail
    assert "MiB" in refusal(many, bounds=Bounds(10_000, 10_000)).detail
    assert "characters" in refusal(f"<urn:s> <urn:p> '{'x' * LONGEST_TERM}' .").detail


def test_gzip_counts_by_what_is_in_it() -> None:
    bomb = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"#" * 20_000_000)))
    with pytest.raises(ImportRefused, match="more than 1 MiB"):
        list(read_foreign(bomb, "file", "turtle", BOUNDS, ""))  # type: ignore[arg-type]
    cut = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(b"<urn:a> <urn:b> <urn:c> .")[:-9]))
    with pytest.raises(ImportRefused, match="cannot be read"):
        list(read_foreign(cut, "file", "turtle", BOUNDS, ""))  # type: ignore[arg-type]


ENTITIES = {
    "laughs": '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    "long": f'<!DOCTYPE r [<!ENTITY b "{"b" * 2_000}">]>',
    "file": '<!DOCTYPE r [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE r [<!ENTITY % p "x"><!ENTITY b "x">]>',
    "odd": "<!DOCTYPE r [<!ENTITY b 'x' NDATA y><!ENTITY>]>",
    "far": f"<!DOCTYPE r [<!-- {' ' * 70_000} --><!ENTITY b 'x'>]>",
}


@pytest.mark.parametrize("doctype", ENTITIES.values(), ids=ENTITIES.keys())
def test_xml_that_can_grow_or_reaches_out_is_refused(doctype: str) -> None:
    assert isinstance(refusal(XML.format(doctype=doctype, text="&b;"), "rdfxml"), ImportRefused)


def test_abbreviations_of_iris_are_no_harm() -> None:
    doctype = '<!DOCTYPE r [<!ENTITY xsd "http://www.w3.org/2001/XMLSchema#">]>'
    assert (
        read(XML.format(doctype=doctype, text="&xsd;x"), "rdfxml")[0][2]
        == '"http://www.w3.org/2001/XMLSchema#x"'
    )
    refusal(XML.format(doctype=doctype, text="&xsd;").encode("utf-16"), "rdfxml")


def test_nothing_is_fetched() -> None:
    with serving("127.0.0.1") as upstream:
        upstream.paths["/context"] = lambda handler: reply(handler, body=b"{}")
        refusal(f'{{"@context": "{upstream.url}/context", "@id": "http://e.org/x"}}', "jsonld")
        assert upstream.asked == []


def test_what_a_release_cannot_hold_is_refused() -> None:
    assert "named graphs" in refusal("<urn:g> { <urn:a> <urn:b> <urn:c> }", "trig").detail
    assert "RDF 1.2" in refusal("<urn:a> <urn:b> <<( <urn:c> <urn:d> <urn:e> )>> .").detail
