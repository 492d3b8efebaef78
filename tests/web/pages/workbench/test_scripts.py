"""The scripts of the workbench where no browser is needed: what they read, choose, order and write."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egov_kg.namespaces import PREFIXES
from egov_kg.web.pages.workbench import snippets
from support.node import node
from support.service import EX, Server, fetch

JS = Path(snippets.__file__).parents[2] / "static" / "js"
XSD = PREFIXES["xsd"]
NODE = node() or shutil.which("node")

Run = Callable[..., Any]

pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed: make node")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program with functions of the workbench's modules; its value, as JSON has it."""
    folder = tmp_path_factory.mktemp("js")
    shutil.copytree(JS, folder / "js")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")

    def run(module: str, names: str, program: str, value: object = None) -> Any:
        source = (
            f"import {{ {names} }} from './js/workbench/{module}.js';\n"
            "let text = ''; for await (const piece of process.stdin) text += piece;\n"
            f"const value = JSON.parse(text);\nconsole.log(JSON.stringify({program}));\n"
        )
        main = folder / "main.js"
        main.write_text(source, encoding="utf-8")
        done = subprocess.run(
            [str(NODE), str(main)], input=json.dumps(value).encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return run


class TestPrograms:
    """Both implementations write the same."""

    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.text(st.one_of(st.sampled_from(list("\"'\\`$\n\r\t@\u202e\u0007甲𠮷")),
                              st.characters(exclude_categories=["Cs"])), max_size=60),
            min_size=20, max_size=60,
        )
    )  # fmt: skip
    def test_as_the_server(self, run: Run, queries: list[str]) -> None:
        place = "http://127.0.0.1:1/sparql?timeout=1&default-graph-uri=urn%3Aa"
        kinds: list[snippets.Kind] = ["rows", "boolean", "graph"]
        asked = [(query, kinds[number % 3]) for number, query in enumerate(queries)]
        texts = {name: dict(some) for name, some in snippets.templates().items()}
        made = run(
            "snippets",
            "snippets",
            "value.asked.map(([query, kind]) => snippets(value.texts, value.place, query, kind))",
            {"asked": asked, "texts": texts, "place": place},
        )
        assert made == [snippets.snippets(place, query, kind) for query, kind in asked]


class TestAnswers:
    def test_rows_of_every_kind_of_term(self, server: Server, run: Run) -> None:
        terms = "(<urn:a> AS ?i) ('甲'@zh AS ?l) (2.5 AS ?d) (?no AS ?u) (<<( <urn:a> <urn:b> 'c' )>> AS ?t)"
        body = fetch(server, query=f"SELECT {terms} {{}}").body.decode()
        found = run("ask", "results", "results(value, false)", body)
        assert found["names"] == ["i", "l", "d", "u", "t"]
        assert found["rows"] == [
            [
                {"type": "uri", "value": "urn:a"},
                {"type": "literal", "value": "甲", "lang": "zh"},
                {"type": "literal", "value": "2.5", "datatype": f"{XSD}decimal"},
                None,
                {"type": "triple", "value": '<urn:a> <urn:b> "c"'},
            ]
        ]
        assert found["whole"] is True

    def test_a_truth_value(self, server: Server, run: Run) -> None:
        found = run("ask", "results", "results(value, false)", fetch(server, query="ASK {}").body.decode())
        assert (found["kind"], found["boolean"]) == ("boolean", True)

    def test_a_variable_named_as_what_objects_have(self, run: Run) -> None:
        text = json.dumps({"head": {"vars": ["constructor", "__proto__"]}, "results": {"bindings": [{}]}})
        assert run("ask", "results", "results(value, false)", text)["rows"] == [[None, None]]

    @settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.sampled_from(["a", '},{"', "}},{", '\\"', "]}}", "甲"]), min_size=1, max_size=8),
        st.data(),
    )
    def test_an_answer_that_is_cut_keeps_its_whole_rows(
        self, run: Run, values: list[str], data: st.DataObject
    ) -> None:
        bindings = [{"x": {"type": "literal", "value": value}} for value in values]
        document = {"head": {"vars": ["x"]}, "results": {"bindings": bindings}}
        whole = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        first = whole.index('"bindings":[') + 12
        cuts = [data.draw(st.integers(first, len(whole) - 4)) for _ in range(20)]
        found = run(
            "ask",
            "results",
            "value.cuts.map((at) => results(value.text.slice(0, at), true))",
            {"text": whole, "cuts": cuts},
        )
        for cut, answer in zip(cuts, found, strict=True):
            rows = [row[0]["value"] for row in answer["rows"]]
            assert rows == values[: len(rows)]
            assert answer["whole"] is False
            # Of what came, at most the last row is lost: it cannot be told whether it is whole.
            assert len(rows) >= whole[:cut].count('"type"') - 1

    def test_triples_as_lines(self, server: Server, run: Run) -> None:
        query = (
            "CONSTRUCT { ?s <urn:p> ?o } WHERE { VALUES (?s ?o) { (<urn:a> 'x\\n\"\\\\\\t甲'@zh) (<urn:b> 1) "
            "(<urn:c> <urn:d>) } }"
        )
        body = fetch(server, query=query, headers={"Accept": "application/n-triples"}).body.decode()
        found = run("ask", "graph", "graph(value, false)", body)
        assert found["names"] == ["subject", "predicate", "object"]
        objects = {row[0]["value"]: row[2] for row in found["rows"]}
        assert objects == {
            "urn:a": {"type": "literal", "value": 'x\n"\\\t甲', "lang": "zh"},
            "urn:b": {"type": "literal", "value": "1", "datatype": f"{XSD}integer"},
            "urn:c": {"type": "uri", "value": "urn:d"},
        }

    def test_triples_with_blank_nodes_and_triple_terms(self, server: Server, run: Run) -> None:
        query = "CONSTRUCT { _:a <urn:p> <<( <urn:a> <urn:b> 'c' )>> , _:b } WHERE {}"
        body = fetch(server, query=query, headers={"Accept": "application/n-triples"}).body.decode()
        kinds = [
            [term["type"] for term in row] for row in run("ask", "graph", "graph(value, false)", body)["rows"]
        ]
        assert sorted(kinds) == [["bnode", "uri", "bnode"], ["bnode", "uri", "triple"]]

    def test_a_line_that_is_cut_is_left_out(self, run: Run) -> None:
        text = '<urn:a> <urn:b> "c" .\n<urn:a> <urn:b> "d'
        found = run("ask", "graph", "graph(value, true)", text)
        assert (len(found["rows"]), found["whole"]) == (1, False)


class TestTerms:
    @pytest.mark.parametrize(
        ("iri", "place"),
        [
            ("https://w3id.org/egov-kg/id/region/610000", "/zh/id/region/610000?asOf=r1"),
            ("https://w3id.org/egov-kg/ontology#Region", "/zh/ontology?asOf=r1#Region"),
            ("https://w3id.org/egov-kg//evil.example", "https://w3id.org/egov-kg//evil.example"),
            ("HTTP://e.example/", "HTTP://e.example/"),
            ("javascript:alert(1)", ""),
            ("data:text/html,x", ""),
        ],
    )
    def test_where_an_iri_leads(self, run: Run, iri: str, place: str) -> None:
        page = {"base": "https://w3id.org/egov-kg/", "place": "/zh", "asOf": "r1", "prefixes": {}}
        made = run("terms", "Terms", "new Terms(value[0]).place(value[1])", [page, iri])
        assert made == place

    def test_short_names(self, run: Run) -> None:
        iris = ["https://w3id.org/egov-kg/ontology#Region", "http://e.example/x", f"{XSD}integer"]
        made = run(
            "terms",
            "Terms",
            "value[1].map((iri) => new Terms({ prefixes: value[0] }).short(iri))",
            [PREFIXES, iris],
        )
        assert made == ["egov:Region", "http://e.example/x", "xsd:integer"]

    def test_order(self, run: Run) -> None:
        terms = [
            {"type": "literal", "value": "乙", "lang": "zh"},
            None,
            {"type": "literal", "value": "10", "datatype": f"{XSD}integer"},
            {"type": "literal", "value": "9.5", "datatype": f"{XSD}decimal"},
            {"type": "literal", "value": "a10"},
            {"type": "literal", "value": "a9"},
        ]
        program = "value.toSorted((one, other) => compare(one, other, { text: (term) => term.value }, 'en')).map((term) => term?.value ?? null)"  # noqa: E501
        assert run("table", "compare", program, terms) == ["9.5", "10", "a9", "a10", "乙", None]


def literal(value: object, type_: str = "") -> dict[str, str]:
    return {"type": "literal", "value": str(value)} | ({"datatype": XSD + type_} if type_ else {})


class TestChoices:
    def choose(
        self, run: Run, names: list[str], rows: list[list[Any]], lang: str = "en", **chosen: str
    ) -> Any:
        answer = {"names": names, "rows": rows, "kind": "rows"}
        return run("columns", "choose", "choose(value[0], value[1], value[2])", [answer, lang, chosen])

    def test_a_value_with_its_bounds(self, run: Run) -> None:
        names = [
            "order",
            "name_zh",
            "name_en",
            "value",
            "qualifier",
            "lower",
            "upper",
            "domain_upper",
            "unit",
            "fact",
        ]
        row = [literal(1, "integer"), literal("甲"), literal("A"), literal(80, "decimal"), literal("over"),
               literal(80, "decimal"), None, literal(100, "decimal"), literal("PERCENT"),
               {"type": "uri", "value": "urn:fact"}]  # fmt: skip
        found = self.choose(run, names, [row])
        places = {"value": 3, "qualifier": 4, "lower": 5, "upper": -1, "domain": 7, "unit": 8, "href": 9}
        assert {key: found[key] for key in places} == places
        assert found["labels"] == [2]
        assert self.choose(run, names, [row], "zh")["labels"] == [1]

    def test_two_labels_where_one_does_not_tell_rows_apart(self, run: Run) -> None:
        rows = [
            [literal(a), literal(b), literal(n, "integer")]
            for n, (a, b) in enumerate([("x", "p"), ("x", "q"), ("y", "p")])
        ]
        assert self.choose(run, ["one", "two", "n"], rows)["labels"] == [0, 1]
        assert self.choose(run, ["one", "two", "n"], rows, label="two")["labels"] == [1]

    def test_dates_make_a_line(self, run: Run) -> None:
        rows = [[literal(f"2012-0{n}-01", "date"), literal(n, "integer")] for n in (1, 2)]
        assert self.choose(run, ["date", "n"], rows)["isTime"] is True

    def test_nothing_without_numbers(self, run: Run) -> None:
        assert self.choose(run, ["x"], [[literal("1")]]) is None
        assert self.choose(run, ["x"], []) is None

    def test_provinces(self, run: Run) -> None:
        base = "https://w3id.org/egov-kg/"
        regions = ["610000", "610100", "440300", "cn"]
        rows = [
            [literal(n, "integer"), {"type": "uri", "value": f"{base}id/region/{one}"}]
            for n, one in enumerate(regions)
        ]
        answer = {"names": ["n", "region"], "rows": rows}
        assert run("provinces", "regionColumn", "regionColumn(value[0], value[1])", [answer, base]) == 1
        program = "[...byProvince(value[0], value[1], 0)]"
        assert run("provinces", "byProvince", program, [answer, base]) == [
            ["61", {"rows": [0, 1], "value": None}],
            ["44", {"rows": [2], "value": 2}],
        ]

    @pytest.mark.parametrize(
        ("values", "column"),
        [
            (["610000", "110000"], 0),
            (["610000", "x"], -1),
            (["061000"], -1),
            ([], -1),
            (["2012", "2013"], -1),
        ],
    )
    def test_codes_of_regions(self, run: Run, values: list[str], column: int) -> None:
        answer = {"names": ["code"], "rows": [[literal(value)] for value in values]}
        assert run("provinces", "regionColumn", "regionColumn(value, 'urn:')", answer) == column

    def test_links_of_a_graph_and_of_rows(self, run: Run) -> None:
        row = [
            {"type": "uri", "value": "urn:a"},
            {"type": "uri", "value": "urn:p"},
            {"type": "bnode", "value": "b"},
        ]
        text = [row[0], row[1], literal("no thing")]
        for names, kind, count in (
            (["subject", "predicate", "object"], "graph", 1),
            (["s", "p", "o"], "rows", 1),
            (["a", "b", "c"], "rows", 0),
        ):
            answer = {"names": names, "kind": kind, "rows": [row, text]}
            assert run("links", "links", "links(value).length", answer) == count


class TestEditing:
    @pytest.mark.parametrize(
        ("text", "missing"),
        [
            ("SELECT * { ?s a egov:Region ; rdfs:label ?l }", ["egov", "rdfs"]),
            ("PREFIX egov: <http://a/>\nSELECT * { ?s a egov:Region }", []),
            ("prefix c-level: <http://a/> SELECT * { ?s ?p c-level:one , c-flag:two }", ["c-flag"]),
            ("SELECT * { ?s ?p <http://egov:80/> , 'rdf:x' , \"owl:y\"@en , '''a\nskos:b''' } # foaf:c", []),
            ("SELECT (?a:b AS ?x) { _:b ?p ?o }", []),
        ],
    )
    def test_prefixes_that_are_not_declared(self, run: Run, text: str, missing: list[str]) -> None:
        assert run("editor", "undeclared", "undeclared(value)", text) == missing

    @pytest.mark.parametrize(
        ("before", "possible", "found"),
        [
            ("  ?s a reg", [], ("reg", "class")),
            ("  ?s rdf:type 地区", [], ("地区", "class")),
            ("  ?s ", ["a", "^", "IRI_REF"], ("", "property")),
            ("  ?s egov:reg", ["a", "^"], ("egov:reg", "property")),
            ("  ?s ?p c-level:", ["IRI_REF"], ("c-level:", "")),
            ("  FILTER(?x = re", [], ("re", "")),
            ("  ?s ?na", [], None),
            ("  ?s ?p <http://e", [], None),
            ("PREFIX eg", [], None),
        ],
    )
    def test_the_word_to_complete(
        self, run: Run, before: str, possible: list[str], found: tuple[str, str] | None
    ) -> None:
        token = {"type": None, "state": {"possibleCurrent": possible}}
        made = run("completion", "wordAt", "wordAt(value[0], value[1])", [before, token])
        assert (made and (made["word"], made["kind"])) == found
        assert made is None or before[made["start"] :] == made["word"]

    @pytest.mark.parametrize("word", ["reg", "地", "a:", "c-level:pro"])
    def test_words_that_are_completed_by_themselves(self, run: Run, word: str) -> None:
        assert run("completion", "isTelling", "isTelling(value)", word) is True

    @pytest.mark.parametrize("word", ["FILTER", "OPT", "fi", "a", ""])
    def test_words_that_are_not(self, run: Run, word: str) -> None:
        assert run("completion", "isTelling", "isTelling(value)", word) is False

    @pytest.mark.parametrize(
        ("term", "written"),
        [
            ({"iri": "http://a/x", "curie": "a:x"}, "a:x"),
            ({"iri": "http://a/x/y", "curie": "a:x/y"}, "<http://a/x/y>"),
            ({"iri": "http://b/x", "curie": "http://b/x"}, "<http://b/x>"),
            ({"iri": "http://a/x.", "curie": "a:x."}, "<http://a/x.>"),
            ({"iri": "http://c/x", "curie": "a:x"}, "<http://c/x>"),
        ],
    )
    def test_how_a_term_is_written(self, run: Run, term: dict[str, str], written: str) -> None:
        prefixes = {"a": "http://a/"}
        assert run("completion", "written", "written(value[0], value[1])", [term, prefixes]) == written

    def test_the_heading_of_a_query(self, run: Run) -> None:
        query = f"# note\nPREFIX a: <b:>\n\n  SELECT ?x {{ <{EX}a> ?p ?x }}\nLIMIT 1"
        assert run("history", "heading", "heading(value)", query) == f"SELECT ?x {{ <{EX}a> ?p ?x }}"
        assert len(run("history", "heading", "heading(value)", "SELECT " + "?x " * 100)) == 90


def test_every_text_that_is_said_is_on_the_page(complete: Server) -> None:
    """`say("name")` fails where there is no text of that name."""
    import re

    page = fetch(complete, "/zh/sparql").body.decode()
    block = re.search(r'id="workbench-data">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    facts = json.loads(block[1])
    code = "\n".join(
        path.read_text("utf-8") for path in [JS / "workbench.js", *(JS / "workbench").glob("*.js")]
    )
    said = set(re.findall(r'\bsay\(\s*"([\w-]+)"', code))
    assert len(said) > 30
    assert said <= set(facts["texts"])
    assert len(facts["tiles"]) == 34
    assert facts["prefixes"] == PREFIXES
