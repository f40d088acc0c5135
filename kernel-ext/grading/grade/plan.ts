// Which cells an exercise needs. A lesson trains networks for a minute; its exercises need the imports, a helper or two,
// and the answers. So only those run: the answers' in the sandbox, the test's beside the test.
import type { Uses } from "../../language/uses.ts";
import type { AssignmentCell } from "../assignment/assignment.ts";

/** A code cell of a submission's notebook, in its order. */
export interface Item {
  readonly id: string;
  readonly source: string;
  /** The student's run in the sandbox alone. */
  readonly by: "course" | "student";
  /** The course's cell that it is, or in whose place it stands. */
  readonly cell?: AssignmentCell;
  readonly uses: Uses;
}

export interface PlannedExercise {
  readonly test: Item;
  /** What runs in the sandbox, in order. */
  readonly inside: readonly Item[];
  /** The course's own that the test needs beside it. */
  readonly beside: readonly Item[];
  /** The names that the test takes from the sandbox. */
  readonly answers: readonly string[];
}

/** `asked`: the names that the course's own answer cells declare or assign to, by cell id. */
export function planOf(
  items: readonly Item[],
  asked: ReadonlyMap<string, ReadonlySet<string>>,
): PlannedExercise[] {
  return items.flatMap((test, at) =>
    test.cell?.part === "test" ? [planned(test, items.slice(0, at), asked)] : [],
  );
}

function planned(
  test: Item,
  before: readonly Item[],
  asked: ReadonlyMap<string, ReadonlySet<string>>,
): PlannedExercise {
  const wanted = new Set([...asked].flatMap(([id, names]) => (before.some(isCell(id)) ? [...names] : [])));
  const given = before.filter(({ cell }) => cell?.part === "given");
  const beside = reached(test, given, (name) => !wanted.has(name));
  const answers = new Set<string>();
  for (const { uses } of [test, ...beside])
    for (const name of uses.needs) if (wanted.has(name)) answers.add(name);
  const others = before.filter(({ cell }) => cell?.part !== "test");
  const inside = reached({ uses: { declares: NONE, needs: answers, writes: NONE } }, others, () => true);
  return { test, inside, beside, answers: [...answers] };
}

const NONE: ReadonlySet<string> = new Set();

const isCell =
  (id: string) =>
  (item: Item): boolean =>
    item.cell?.id === id;

/**
 * The items that give `from` what it needs, and what these need, in their order. A name that several declare has the
 * value of the last one before it is needed, or, in a function that is called later, of the last one of all.
 */
function reached(
  from: Pick<Item, "uses">,
  among: readonly Item[],
  isSought: (name: string) => boolean,
): Item[] {
  const found = new Set<Item>();
  const seek = ({ uses }: Pick<Item, "uses">, at: number): void => {
    for (const name of uses.needs) if (isSought(name)) for (const item of givers(name, at)) take(item);
  };
  const givers = (name: string, at: number): Item[] => {
    const declares = (item: Item): boolean => item.uses.declares.has(name);
    const declared = [among.slice(0, at).findLast(declares), among.findLast(declares)];
    return [
      ...declared.filter((item) => item !== undefined),
      ...among.filter(({ uses }) => uses.writes.has(name)),
    ];
  };
  const take = (item: Item): void => {
    if (found.has(item)) return;
    found.add(item);
    seek(item, among.indexOf(item));
  };
  seek(from, among.length);
  return among.filter((item) => found.has(item));
}
