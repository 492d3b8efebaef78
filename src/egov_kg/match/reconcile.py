"""Which things may be meant by a name and by what else is known: with scores, and what is beyond doubt.

A search shows what may be of interest, this decides what means the same: with the same index and folding.
Facts (observations, statements) have no names that tables use, and are no candidates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from egov_kg.match.called import Called
from egov_kg.match.conditions import Agreement, Comparison, Condition, Quantifier
from egov_kg.match.hits import Hit
from egov_kg.match.identifiers import resolved
from egov_kg.match.labels import MOST, LabelIndex
from egov_kg.match.query import LONGEST
from egov_kg.match.scope import Scope, Types
from egov_kg.match.scoring import BY_NAME, SAME, Features, by_name, decided
from egov_kg.settings import Language

_FETCHED: Final = 25
_IDENTIFIER: Final = ("id/", "code/")

Agreements = Sequence[tuple[Condition, Agreement]]


@dataclass(frozen=True, slots=True)
class Names:
    """Texts that the thing may be called.

    Attributes:
        texts: each as it was given.
        quantifier: how many of them have to be names of it.
        required: whether what is not called so, or alike, is left out.
    """

    texts: tuple[str, ...]
    quantifier: Quantifier = "any"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for.

    Attributes:
        names: what it is called; empty if that is not known.
        types: kinds and classes, any of which it has; empty for all.
        conditions: what else is known.
        limit: candidates wanted.
    """

    names: tuple[Names, ...]
    types: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant.

    Attributes:
        hit: the thing.
        features: what its score is made of.
        match: whether it is meant beyond doubt.
    """

    hit: Hit
    features: Features
    match: bool

    @property
    def score(self) -> float:
        """From 0 to 100."""
        return self.features.score


class Reconciler:
    """Reconciles with the things of an index. Safe to use from any thread.

    Args:
        index: the index.

    Attributes:
        types: what things can be narrowed to.

    Raises:
        QueryTimeout, ReleaseError: it cannot be read.
    """

    def __init__(self, index: LabelIndex) -> None:
        self._index = index
        self._comparison = Comparison(index)
        self.types = Types(index)

    def candidates(self, question: Question, lang: Language = "en") -> tuple[Candidate, ...]:
        """What may be meant, the best first; of equal ones as the search has them.

        Args:
            question: what is looked for.
            lang: of two names that fit as well, the one that is said to have been found.

        Raises:
            UsageError: there is no such type.
            QueryTimeout: the index took too long.
            ReleaseError: it cannot be read.
        """
        scope = self.types.scope(question.types)
        agreements = [(one, self._comparison.agreement(one)) for one in question.conditions]
        if not question.names and not question.conditions:
            return ()
        if question.names:
            found = self._by_names(question, scope, agreements, lang)
        else:
            found = self._by_conditions(scope, agreements, lang)
        left = [
            one
            for one in found
            if all(
                agrees or not condition.required
                for condition, (_, agrees) in zip(question.conditions, one.features.agreements, strict=True)
            )
        ]
        return tuple(sorted(left, key=lambda one: -one.score)[: question.limit])

    def known(self, iris: Iterable[str], lang: Language = "en") -> dict[str, Hit]:
        """Things by their IRIs, those that there are.

        Raises:
            QueryTimeout, ReleaseError: as `candidates`.
        """
        numbers = filter(None, map(self._comparison.number, iris))
        return {hit.iri: hit for hit in self._index.things(numbers, lang)}

    def provinces(self, iri: str) -> list[str]:
        """The IRIs of the province-level units that a thing lies in or is about."""
        return self._comparison.having("area", iri)

    def _by_names(
        self, question: Question, scope: Scope, agreements: Agreements, lang: Language
    ) -> list[Candidate]:
        gathered = [_Gathered(self._index, names, scope, lang) for names in question.names]
        known: dict[int, Called] = {}
        for one in gathered:
            for number, called in one.called.items():
                if number not in known or BY_NAME[called.how] > BY_NAME[known[number].how]:
                    known[number] = called
        said = {
            number: [(condition.property.how == "place", agrees(number)) for condition, agrees in agreements]
            for number in known
        }
        spelt = any(text.isascii() for names in question.names for text in names.texts)
        meant = decided(known, said, spelt=spelt)
        found = []
        for number, hit in {number: hit for one in gathered for number, hit in one.hits.items()}.items():
            if score := _score(number, gathered):
                how = known[number].how if number in known else None
                others = sum(number != other and one.how != "sound" for other, one in known.items())
                features = Features(score, how, others, _said(number, agreements))
                found.append(Candidate(hit, features, number == meant))
        return found

    def _by_conditions(self, scope: Scope, agreements: Agreements, lang: Language) -> list[Candidate]:
        """What agrees with every condition, where there is no name to begin with."""
        numbers: list[int] = []
        for number in range(1, len(self._comparison.iris)):
            if scope.has(number) and all(agrees(number) for _, agrees in agreements):
                numbers.append(number)
                if len(numbers) == MOST:
                    break
        decides = len(numbers) == 1 and any(condition.property.how == "code" for condition, _ in agreements)
        return [
            Candidate(hit, Features(None, None, len(numbers) - 1, _said(hit.number, agreements)), decides)
            for hit in self._index.things(numbers, lang)
        ]


class _Gathered:
    """What some texts find.

    Attributes:
        names: the texts.
        hits: what they find, by number.
        called: what is called so; of texts that must not be its name nothing.
        scores: how well the name of each hit fits.
    """

    def __init__(self, index: LabelIndex, names: Names, scope: Scope, lang: Language) -> None:
        self._index, self._scope, self._lang = index, scope, lang
        self.names = names
        self.hits: dict[int, Hit] = {}
        self.called: dict[int, Called] = {}
        each = [self._look_up(text.strip()) for text in names.texts]
        pick = min if names.quantifier == "all" else max
        self.scores = {number: pick(scores.get(number, 0.0) for scores in each) for number in self.hits}
        if names.quantifier == "none":
            self.hits, self.called = {}, {}

    def _look_up(self, text: str) -> dict[int, float]:
        if not text or len(text) > LONGEST:
            return {}
        if text.startswith(_IDENTIFIER):
            text = resolved(text)
        called = {number: one for number, one in self._index.called(text).items() if self._scope.has(number)}
        search = self._index.search(text, lang=self._lang, facets=self._scope.facets, limit=_FETCHED)
        found = list(search.hits)
        if SAME.isdisjoint(one.how for one in called.values()):
            found += self._index.nearest(text, self._lang, _FETCHED)
        seen = {hit.number for hit in found}
        unseen = sorted(called.keys() - seen, key=lambda number: (-BY_NAME[called[number].how], number))
        found += self._index.things(unseen[:MOST], self._lang)
        scores: dict[int, float] = {}
        for hit in filter(lambda hit: self._scope.has(hit.number), found):
            likeness = self._index.likeness(text, hit.matched.text)
            score = by_name(hit, called.get(hit.number), likeness)
            scores[hit.number] = max(score, scores.get(hit.number, 0.0))
            self.hits.setdefault(hit.number, hit)
        self.called = called | self.called
        return scores


def _score(number: int, gathered: Sequence[_Gathered]) -> float:
    """How well the name of a thing fits: the mean of what was said of it; 0 where it must not be its name."""
    found = []
    for one in gathered:
        score = one.scores.get(number, 0.0)
        if one.names.quantifier == "none":
            if score >= BY_NAME["stem"]:
                return 0.0
            continue
        if one.names.required and not score:
            return 0.0
        found.append(score)
    return sum(found) / len(found) if found else 0.0


def _said(number: int, agreements: Agreements) -> tuple[tuple[str, bool | None], ...]:
    return tuple((condition.property.id, agrees(number)) for condition, agrees in agreements)
