/* Which rows of an answer are links between things. */

const NAMES = [["subject", "predicate", "object"], ["s", "p", "o"]];

/** The columns of subject, predicate and object; nothing where there are none. */
export function columns({ kind, names }) {
  if (kind === "graph") return [0, 1, 2];
  const found = NAMES.map((three) => three.map((name) => names.indexOf(name))).find((three) => !three.includes(-1));
  return found ?? [];
}

/** The triples whose ends are things: values that are texts are no nodes. */
export function links(answer) {
  const [subject, predicate, object] = columns(answer);
  const isThing = (term) => term?.type === "uri" || term?.type === "bnode";
  return answer.rows
    .filter((row) => isThing(row[subject]) && row[predicate]?.type === "uri" && isThing(row[object]))
    .map((row) => ({ from: row[subject], by: row[predicate], to: row[object] }));
}
