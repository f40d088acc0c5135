// What students are called: once each, and so that every list and page can say it.
import { oneLine } from "../assignment/json.ts";
import type { Owner } from "./owner.ts";
import type { Student } from "./submission.ts";

const LONGEST_ID = 100;

/** As it came, without what cannot be seen or would turn a line around. */
export const plainId = (id: string): string =>
  oneLine(id.normalize("NFC"), LONGEST_ID).replace(/\s+/gu, " ") || "unnamed";

export interface Named {
  readonly student: Student;
  readonly notes: readonly string[];
}

/** Of several with one name, each has its number behind it; where there is none, they are counted. */
export function namedApart(owners: readonly Owner[]): Named[] {
  const plain = owners.map(({ id }) => plainId(id));
  const count = counted(plain);
  const taken = new Set<string>(plain.filter((id) => count.get(sameAs(id)) === 1).map(sameAs));
  return owners.map(({ id: came, name, email, number }, at) => {
    const wanted = plain[at]!;
    const shared = (count.get(sameAs(wanted)) ?? 0) > 1;
    const id = shared ? free(number === undefined ? wanted : `${wanted} ${plainId(number)}`, taken) : wanted;
    const student: Student = {
      id,
      ...(name === undefined ? {} : { name: plainId(name) }),
      ...(email === undefined ? {} : { email: plainId(email) }),
      ...(number === undefined ? {} : { number: plainId(number) }),
    };
    const notes = [
      ...(wanted === came.normalize("NFC")
        ? []
        : ["an odd name: characters that cannot be shown are left out"]),
      ...(shared ? [`another student is called “${wanted}”, too: this one is “${id}”`] : []),
    ];
    return { student, notes };
  });
}

/** Disks may not tell capitals apart. */
const sameAs = (id: string): string => id.toLowerCase();

function counted(ids: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const id of ids) count.set(sameAs(id), (count.get(sameAs(id)) ?? 0) + 1);
  return count;
}

function free(wanted: string, taken: Set<string>): string {
  let id = wanted;
  for (let copy = 2; taken.has(sameAs(id)); copy++) id = `${wanted} (${copy})`;
  taken.add(sameAs(id));
  return id;
}
