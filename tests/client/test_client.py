"""What analysts get: the promised columns, bounds of every figure, three answers, sources, citations."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from egov_kg.client import Client
from egov_kg.client import answers as answers_module
from egov_kg.client.endpoint import Endpoint
from egov_kg.client.graphs import read_query
from egov_kg.errors import NotFound, QueryError, QuerySyntaxError, UpdateForbidden, UsageError
from egov_kg.intervals import Verdict
from egov_kg.publish.columns import COLUMNS
from egov_kg.release.registry import Release
from support.service import Server

SOME = "2012-2013-budget-disclosure"
CONDITIONS = [">= 80", "> 70", "<= 60", "< 50", "= 100", "<= 100", "> 100"]


@pytest.fixture(scope="session")
def table(own: Release) -> list[dict[str, str]]:
    """The rows of the release's CSV table."""
    with (own.path / "observations.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


class TestObservations:
    def test_they_are_those_of_the_published_table(
        self, client: Client, own: Release, table: list[dict[str, str]]
    ) -> None:
        found = client.observations()
        assert found.columns == COLUMNS
        assert found._rows == tuple(table)
        assert found.release == own.id == client.release

    def test_any_endpoint_gives_the_same(
        self, elsewhere: str, own: Release, table: list[dict[str, str]]
    ) -> None:
        client = Client(elsewhere)
        found = client.observations()
        assert found._rows == tuple(table)
        assert found.release == own.id
        shares = client.observations(unit="PERCENT")
        assert 0 < len(shares) < len(found)
        assert "n.d." in client.cite(SOME)  # no other endpoint knows when the release was made

    def test_any_endpoint_says_the_same(self, elsewhere: str, client: Client) -> None:
        other = Client(elsewhere)
        assert other.indicators().to_arrow() == client.indicators().to_arrow()
        assert other.regions("province").to_arrow() == client.regions("province").to_arrow()
        assert other.search("政务").to_arrow() == client.search("政务").to_arrow()
        assert other.provenance(SOME).to_arrow() == client.provenance(SOME).to_arrow()
        assert other.explain(SOME) == client.explain(SOME)
        yes = list(other.select("SELECT (true AS ?yes) {}"))
        assert yes == [{"yes": True}]

    def test_graphs_can_be_given(self, elsewhere: str, own: Release) -> None:
        names = [graph for graph in own.graphs if not graph.endswith("/derived")]
        assert len(Client(elsewhere, default_graph=names).observations()) == len(
            Client(elsewhere).observations()
        )
        alone = Client(elsewhere, default_graph="https://w3id.org/egov-kg/graph/regions")
        assert not len(alone.observations())

    def test_pages_make_the_whole(self, served: Server, table: list[dict[str, str]]) -> None:
        query = read_query("keys").replace("LIMIT 500", "LIMIT 7")
        pages = list(answers_module._pages(Endpoint(served.endpoint), query, "observation", {}))
        assert [len(page) for page in pages[:-1]] == [7] * (len(pages) - 1)
        assert [row["observation"] for page in pages for row in page] == [row["observation"] for row in table]

    @pytest.mark.parametrize(
        ("asked", "column", "values"),
        [
            ({"level": "county"}, "level", {"county"}),
            ({"level": ["county", "provincial"]}, "level", {"county", "provincial"}),
            ({"qualifier": "over", "unit": "PERCENT"}, "qualifier", {"over"}),
            ({"area": "440300"}, "area_code", {"440300"}),
            ({"indicator": "ecode:indicator/extranet-coverage"}, "indicator_en", {"Extranet coverage"}),
        ],
    )
    def test_what_is_asked_for(
        self,
        client: Client,
        table: list[dict[str, str]],
        asked: dict[str, Any],
        column: str,
        values: set[str],
    ) -> None:
        found = list(client.observations(**asked))
        assert {row[column] for row in found} == values
        assert len(found) == sum(
            row[column] in values and row["unit"] in (asked.get("unit", row["unit"]),) for row in table
        )

    def test_terms_that_go_together_in_no_figure(self, client: Client) -> None:
        assert not len(client.observations(level="central", area="440300"))

    @pytest.mark.parametrize("asked", [{"indicator": "extranet-cov"}, {"area": "999999"}, {"level": "town"}])
    def test_what_nobody_knows_is_said(self, client: Client, asked: dict[str, str]) -> None:
        with pytest.raises(NotFound, match=next(iter(asked.values()))):
            client.observations(**asked)

    @pytest.mark.parametrize("asked", [{"indicator": "a b"}, {"area": "!"}, {"subject": "x"}, {"level": []}])
    def test_what_is_no_term_is_said(self, client: Client, asked: dict[str, Any]) -> None:
        with pytest.raises(UsageError):
            client.observations(**asked)

    def test_many_terms_for_several_parts_of_a_key(self, client: Client, table: list[dict[str, str]]) -> None:
        some = [f"i{number}" for number in range(300)]
        known = {row["indicator"] for row in table}
        found = client.observations(area=[*some, "440300"], indicator=[*some, *known])
        assert {row["area_code"] for row in found} == {"440300"}


class TestAnswers:
    @pytest.mark.parametrize("condition", CONDITIONS)
    def test_the_three_answers_share_the_figures(self, client: Client, condition: str) -> None:
        shares = client.observations(unit="PERCENT")
        parts = [shares.certain(condition), shares.possible(condition), shares.excluded(condition)]
        found = [iri for part in parts for iri in part.iris]
        assert sorted(found) == sorted(shares.iris)
        assert len(set(found)) == len(found)
        verdicts = shares.verdicts(condition)
        assert [verdicts.count(verdict) for verdict in Verdict] == [len(part) for part in parts]

    def test_bounds_decide_and_not_the_printed_number(self, client: Client) -> None:
        shares = client.observations(unit="PERCENT")
        possible = list(shares.possible(">= 80"))
        assert any(row["value"] >= 80 for row in possible)
        assert any(row["value"] < 80 for row in possible)
        assert all(row["lower"] >= 80 for row in shares.certain(">= 80"))

    def test_no_share_is_over_a_hundred(self, client: Client) -> None:
        shares = client.observations(unit="PERCENT")
        assert len(shares.certain("<= 100")) == len(shares.excluded("> 100")) == len(shares)

    def test_units_are_not_mixed(self, client: Client) -> None:
        with pytest.raises(UsageError, match="CCY_CNY, NUM"):
            client.observations().certain(">= 80")

    @pytest.mark.parametrize(("asked", "word"), [("大约80", "大约80"), (">= 80", "这些数值的单位有")])
    def test_mistakes_are_said_in_chinese(self, served: Server, asked: str, word: str) -> None:
        figures = Client(served.endpoint, lang="zh").observations()
        for answer in (figures.certain, figures.possible, figures.excluded, figures.verdicts):
            with pytest.raises(UsageError, match=word) as failed:
                answer(asked)
            assert str(failed.value) == failed.value.detail_zh

    def test_phrases_have_their_qualifiers(self, client: Client) -> None:
        over = client.observations(qualifier="over")
        assert all(text.startswith("over ") for text in over.phrases())
        assert all(text.startswith("超过 ") for text in over.phrases("zh"))
        assert all(interval.upper is None for interval in over.intervals())


class TestTables:
    def test_arrow_is_exact(self, client: Client) -> None:
        table = client.observations().to_arrow()
        assert table.schema.names == list(COLUMNS)
        assert pyarrow.types.is_decimal(table.schema.field("value").type)
        assert pyarrow.types.is_date32(table.schema.field("period_end").type)
        assert table.schema.field("lower").metadata[b"description_zh"]

    def test_pandas(self, client: Client, table: list[dict[str, str]]) -> None:
        frame = client.observations().to_pandas()
        assert list(frame.columns) == list(COLUMNS)
        assert frame["lower"].isna().sum() == sum(not row["lower"] for row in table) > 0
        assert frame["value"].sum() == pytest.approx(float(sum(Decimal(row["value"]) for row in table)))
        assert {type(day) for day in frame["period_end"].dropna()} == {date}
        exact = client.observations().to_pandas(numbers="decimal")
        assert {type(value) for value in exact["value"]} == {Decimal}

    def test_polars(self, client: Client, table: list[dict[str, str]]) -> None:
        frame = client.observations().to_polars(labels="zh")
        assert frame["upper"].null_count() == sum(not row["upper"] for row in table) > 0
        assert "indicator_zh" in frame.columns
        assert "indicator_en" not in frame.columns
        assert client.observations().to_polars(numbers="decimal")["value"].sum() == sum(
            Decimal(row["value"]) for row in table
        )

    def test_numbers_are_of_two_kinds(self, client: Client) -> None:
        with pytest.raises(UsageError, match="neither"):
            client.observations().to_pandas(numbers="int")  # type: ignore[arg-type]

    @pytest.mark.parametrize("form", ["to_pandas", "to_polars", "to_arrow"])
    def test_labels_are_in_a_language_that_there_is(self, served: Server, form: str) -> None:
        frame = Client(served.endpoint, lang="zh").indicators()
        with pytest.raises(UsageError, match="labels='fr' 不是可用的语言") as failed:
            getattr(frame, form)(labels="fr")
        assert "use 'en' or 'zh'" in failed.value.detail
        assert len(getattr(frame, form)(labels="zh")) == len(frame)

    def test_a_notebook_shows_them(self, client: Client) -> None:
        shown = client.observations()._repr_html_()
        assert shown.count("<tr>") == 21
        assert "indicator_zh" not in shown
        assert "<script" not in client.select('SELECT ("<script>" AS ?x) {}')._repr_html_()

    def test_other_tables(self, client: Client) -> None:
        indicators = list(client.indicators())
        assert sum(row["figures"] for row in indicators) == len(client.observations())
        provinces = list(client.regions("province"))
        assert len(provinces) == 34
        assert {row["region_level"] for row in provinces} == {"province"}
        assert len(client.regions()) > 3_000
        names = {row["label_en"] for row in client.search("EXTRANET cov")}
        assert "Extranet coverage" in names
        assert {row["thing"] for row in client.search("政务外网覆盖率")}
        assert not len(client.search("no such thing at all"))
        with pytest.raises(UsageError, match="cannot be sent"):
            client.search("\ud800")

    def test_levels_of_regions_are_those_of_the_code_list(self, client: Client) -> None:
        concept = "https://w3id.org/egov-kg/ontology#RegionLevel"
        known = {row["x"].rpartition("/")[2] for row in client.select(f"SELECT ?x {{ ?x a <{concept}> }}")}
        assert all(len(client.regions(level)) for level in known)
        for level in ("provincial", "nonsense", ""):
            with pytest.raises(UsageError) as failed:
                client.regions(level)
            for said in (failed.value.detail, failed.value.detail_zh):
                assert known <= set(re.findall("[a-z]+", said))


class TestOneFigure:
    def test_where_it_stands(self, client: Client) -> None:
        spans = list(client.provenance(SOME))
        assert [row["role"] for row in spans][:2] == ["figure", "clause"]
        assert all(0 < row["start"] < row["end"] and len(row["sha256"]) == 64 for row in spans)

    def test_a_row_is_a_figure_too(self, client: Client) -> None:
        row = next(iter(client.observations(level="county")))
        assert client.explain(row) == client.explain(row["observation"])

    def test_what_it_says_and_does_not_say(self, served: Server, client: Client) -> None:
        assert "85%" in client.explain(SOME)
        assert "Not said:" in client.explain(SOME)
        assert "未说明：" in Client(served.endpoint, lang="zh").explain(SOME)

    def test_how_to_cite_it(self, served: Server, client: Client, own: Release) -> None:
        text = client.cite(SOME, accessed=date(2026, 1, 2))
        assert f"({own.created.year})" in text
        assert f"{served.url}/id/observation/{SOME}?asOf={own.id}" in text
        assert "Accessed 2 January 2026" in text
        assert json.loads(client.cite(SOME, "csl"))[0]["version"] == own.id
        assert client.cite(SOME, "bibtex").startswith("@misc{")
        with pytest.raises(NotFound, match="bibtex"):
            client.cite(SOME, "apa")  # type: ignore[arg-type]

    def test_what_is_not_there(self, client: Client) -> None:
        for ask in (client.cite, client.explain, client.provenance):
            with pytest.raises(NotFound, match="2012-2013-nothing"):
                ask("2012-2013-nothing")


class TestOwnQueries:
    def test_types(self, client: Client) -> None:
        found = client.select(
            'SELECT * { VALUES (?n ?d ?t ?b ?x ?i) { (1 1.50 "2012-12-31"^^<http://www.w3.org/2001/XMLSchema#date>'
            ' true "a" <https://example.org/>) (2 UNDEF UNDEF UNDEF 3 UNDEF) } }'
        )
        first, second = found
        assert first == {
            "n": 1, "d": Decimal("1.5"), "t": date(2012, 12, 31), "b": True, "x": "a", "i": "https://example.org/"
        }  # fmt: skip
        assert second == {"n": 2, "d": None, "t": None, "b": None, "x": "3", "i": None}

    def test_no_solution_has_columns(self, client: Client) -> None:
        assert client.select("SELECT ?a ?b { FILTER(false) }").columns == ("a", "b")

    def test_updates_are_not_sent(self, client: Client) -> None:
        with pytest.raises(UpdateForbidden):
            client.select("DELETE WHERE { ?s ?p ?o }")

    def test_other_forms(self, client: Client) -> None:
        with pytest.raises(QueryError, match="ASK"):
            client.select("ASK {}")

    def test_mistakes_are_placed(self, client: Client) -> None:
        with pytest.raises(QuerySyntaxError, match="Line 2, column 1") as failed:
            client.select("SELECT *\n}")
        assert failed.value.extra["line"] == 2

    def test_mistakes_are_said_in_chinese(self, served: Server) -> None:
        with pytest.raises(QuerySyntaxError, match="第 1 行"):
            Client(served.endpoint, lang="zh").select("SELECT *}")

    def test_a_long_query_is_sent_whole(self, client: Client) -> None:
        many = " ".join(str(number) for number in range(10_000))
        assert len(client.select(f"SELECT ?n {{ VALUES ?n {{ {many} }} }}")) == 10_000


def test_an_earlier_release_can_be_asked(served: Server, own: Release) -> None:
    assert Client(served.endpoint, as_of=own.id).release == own.id
    with pytest.raises(NotFound, match="r000000000000"):
        Client(served.endpoint, as_of="r000000000000").indicators()


def test_a_language_that_there_is_not_is_refused_at_once() -> None:
    with pytest.raises(
        UsageError, match="lang='de' is no language that there is: use 'en' or 'zh'"
    ) as failed:
        Client("http://127.0.0.1:9/sparql", lang="de")  # type: ignore[arg-type]
    assert "'en' 或 'zh'" in failed.value.detail_zh


def test_phrases_are_in_a_language_that_there_is(client: Client) -> None:
    with pytest.raises(UsageError, match="lang='de'"):
        client.observations(qualifier="over").phrases("de")  # type: ignore[arg-type]


def test_what_is_missing_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    found = client.observations(level="county")
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'egov-kg\[pandas\]'"):
        found.to_pandas()
    assert len(found.to_polars()) == len(found)


def test_the_client_alone_loads_no_table_library() -> None:
    import subprocess
    import sys

    program = "import sys, egov_kg.client; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "polars", "flask"} & set(done.stdout.splitlines())


def test_the_queries_are_the_clients_own() -> None:
    folder = Path(answers_module.__file__).parent
    used = "".join(path.read_text() for path in folder.glob("*.py"))
    assert [path.name for path in (folder / "rq").glob("*.rq") if f'"{path.stem}"' not in used] == []
