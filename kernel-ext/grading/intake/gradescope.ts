// Gradescope's export: a folder for each submission, and a list of who handed it in.
import { Fault } from "./fault.ts";
import type { Owner, OwnersOf } from "./owner.ts";
import { pathsOf, type Tree, wrapperOf } from "./tree.ts";

const LIST = "submission_metadata.yml";
const LONGEST_LIST = 50 * 10 ** 6;

interface Submitter {
  readonly name?: string;
  readonly sid?: string;
  readonly email?: string;
}

interface Listed {
  readonly submitters: readonly Submitter[];
  readonly created: number;
}

export async function gradescopeOf(tree: Tree): Promise<OwnersOf | undefined> {
  const folder = wrapperOf(pathsOf(tree));
  const list = tree.files.find(({ path }) => path === `${folder}${LIST}`);
  if (!list) return undefined;
  const content = await list.read(LONGEST_LIST);
  if (!content) throw new Fault(`has a ${LIST} of more than 50 MB`);
  const listed = readList(content.toString("utf8"));
  return (path) => {
    if (!path.startsWith(folder) || path === list.path) return [];
    const [top = "", ...rest] = path.slice(folder.length).split("/");
    const inner = rest.length > 0 ? rest.join("/") : top;
    return ownersOf(top, listed.get(top), inner);
  };
}

function ownersOf(folder: string, listed: Listed | undefined, rest: string): Owner[] {
  const submission = /\d+/.exec(folder)?.[0];
  const order = listed?.created || Number(submission ?? 0);
  const submitters = listed?.submitters.filter(({ name, sid, email }) => name ?? sid ?? email) ?? [];
  if (submitters.length === 0)
    return [
      { key: `gradescope ${folder}`, id: folder, rest, order, ...(submission ? { number: submission } : {}) },
    ];
  return submitters.map(({ name, sid, email }) => {
    const id = sid ?? email ?? name!;
    return {
      ...{ key: `gradescope ${id}`, id, rest, order, whole: true, number: sid ?? submission ?? folder },
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
    };
  });
}

/** As much of YAML as Gradescope writes: keys by indentation, a list of submitters, plain and quoted values. */
export function readList(text: string): ReadonlyMap<string, Listed> {
  const all = new Map<string, { submitters: Record<string, string>[]; created: number }>();
  let current: { submitters: Record<string, string>[]; created: number } | undefined;
  let section = "";
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    const [, indent = "", dash = "", key = "", value = ""] =
      /^( *)(- +)?("(?:[^"\\]|\\.)*"|'[^']*'|:?[^\s:'"][^:]*):(?: +(.*))?$/.exec(line) ?? [];
    if (key === "") continue;
    const name = plain(key).replace(/^:/, "");
    if (indent === "" && dash === "") {
      current = { submitters: [], created: 0 };
      all.set(name, current);
      section = "";
    } else if (current && indent.length === 2 && dash === "") {
      section = name;
      if (name === "created_at")
        current.created =
          Date.parse(
            plain(value)
              .replace(/ (?=[\d:.]+)/, "T")
              .replace(/ /g, ""),
          ) || 0;
    }
    if (current && section === "submitters" && (dash !== "" || indent.length > 2)) {
      if (dash !== "" && indent.length <= 4) current.submitters.push({});
      const submitter = current.submitters.at(-1);
      if (submitter && ["name", "sid", "email"].includes(name) && plain(value) !== "")
        submitter[name] ??= plain(value);
    }
  }
  return all;
}

function plain(value: string): string {
  const text = value.trim();
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (!text.startsWith('"')) return text === "~" || text === "null" ? "" : text.replace(/^!ruby\/\S+ /, "");
  const json = text.replace(/\\x([0-9A-Fa-f]{2})/g, "\\u00$1").replace(/\\e/g, "\\u001b");
  try {
    return String(JSON.parse(json));
  } catch {
    return text.slice(1, -1);
  }
}
