"""What became of an import, in words: what was mapped onto ours, and what stays as published."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from egov_kg.namespaces import shrink

Words = tuple[str, str]
"""English and Chinese."""

_SHOWN = 5


@dataclass(slots=True)
class Outcome:
    """What was mapped.

    Attributes:
        linked: things of the import that are things of ours.
        members: for each dimension of areas or periods: its role, IRI, how many members are ours, for how
            many something was made, and those that are neither.
        published: other dimensions.
        units: the unit of QUDT for each unit that was published; empty where there is none.
        exact: observations that the mapping declares exact.
        undefined: values that the publisher does not have.
    """

    linked: int = 0
    members: list[tuple[str, str, int, int, tuple[str, ...]]] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    exact: int = 0
    undefined: int = 0

    def member(self, role: str, dimension: str, mapped: Mapping[str, str], made: Container[str]) -> None:
        """Note what became of the members of a dimension.

        Args:
            role: `area` or `period`.
            dimension: its IRI.
            mapped: what each member is mapped onto; empty where it stays as published.
            made: what was made for members that are none of ours.
        """
        left = tuple(member for member, found in mapped.items() if not found)
        new = sum(found in made for found in mapped.values())
        self.members.append((role, dimension, len(mapped) - len(left) - new, new, left))

    def words(self) -> list[Words]:
        """What to tell, a sentence each."""
        said: list[Words] = []
        for role, dimension, ours, made, left in self.members:
            said.append(_of_members(role, shrink(dimension), ours, made, left))
        for dimension in self.published:
            said.append((f"{shrink(dimension)}: kept as published.", f"{shrink(dimension)}：按原样保留。"))
        for published, unit in sorted(self.units.items()):
            if unit:
                said.append(
                    (
                        f"Unit {shrink(published)}: {shrink(unit)}.",
                        f"单位 {shrink(published)}：{shrink(unit)}。",
                    )
                )
            else:
                said.append((f"Unit {published}: kept as published.", f"单位 {published}：按原样保留。"))
        said.append(
            (f"Things that are the same as ours: {self.linked}.", f"与本图谱相同的事物：{self.linked} 个。")
        )
        if self.undefined:
            said.append(
                (
                    f"Values that the publisher does not have, marked as missing: {self.undefined}.",
                    f"发布者未提供、标记为缺失的值：{self.undefined} 个。",
                )
            )
        if self.exact:
            said.append(
                (
                    f"Values that the mapping declares exact: {self.exact}.",
                    f"映射声明为确切的值：{self.exact} 个。",
                )
            )
        elif self.members or self.published:
            said.append(
                (
                    "No qualifier is stated for the values: none is called certain.",
                    "未说明数值的限定，不视为确定值。",
                )
            )
        return said


def _of_members(role: str, dimension: str, ours: int, made: int, left: tuple[str, ...]) -> Words:
    whole = ours + made + len(left)
    if role == "area":
        what, new = ("areas", "地区"), ("concepts made for other codes", "为其他代码新建的概念")
    else:
        what, new = ("periods", "时间"), ("intervals made for others", "为其他时间新建的时段")
    en = f"; {new[0]}: {made}" if made else ""
    zh = f"；{new[1]}：{made} 个" if made else ""
    return (
        f"{dimension}: {ours} of {whole} {what[0]} are ours{en}{_few(left, ', ')}.",
        f"{dimension}：{whole} 个{what[1]}中有 {ours} 个为本图谱所有{zh}{_few(left, '、')}。",
    )


def _few(left: tuple[str, ...], comma: str) -> str:
    if not left:
        return ""
    shown = comma.join(shrink(one.strip("<>")) for one in left[:_SHOWN])
    more = len(left) - _SHOWN
    if comma == ", ":
        return f" (as published: {shown}{f' and {more} more' if more > 0 else ''})"
    return f"（按原样保留：{shown}{f'，另有 {more} 个' if more > 0 else ''}）"
