// The names of a value's properties, for completion: nothing of the user's runs, no getter and no proxy.
import { types } from "node:util";
import type { Completions, PropertiesRequest } from "../language/language.ts";
import type { Names } from "./names.ts";

export type Properties = Completions["matches"];

/** More than anybody looks through, and what keeps the answer quick for an object of any size. */
const MOST = 1000;
/** Reading all the names of a larger array or buffer takes longer than a completion waits; they are numbers anyway. */
const isList = (value: object): boolean => Array.isArray(value) || ArrayBuffer.isView(value);

/** What may be written behind the path, a name of the session and data properties from there. */
export function propertiesOf(names: Names, { path, prefix }: PropertiesRequest): Properties {
  const [root, ...rest] = path;
  if (root === undefined || !(root in names)) return [];
  let value: unknown = names[root];
  for (const name of rest) {
    const holder = holderOf(value);
    const found = holder && descriptorOf(holder, name);
    if (!found || !("value" in found)) return [];
    value = found.value;
  }
  const holder = holderOf(value);
  return holder ? namesOf(holder, prefix, holder !== value) : [];
}

/** What holds a value's properties: a string's, a number's are its prototype's; a proxy's are nobody's. */
function holderOf(value: unknown): object | undefined {
  if (value === undefined || value === null) return undefined;
  const holder: unknown =
    typeof value === "object" || typeof value === "function" ? value : Object.getPrototypeOf(value);
  return isReadable(holder) ? holder : undefined;
}

function isReadable(value: unknown): value is object {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") && !types.isProxy(value)
  );
}

function descriptorOf(value: object, name: string): PropertyDescriptor | undefined {
  for (const holder of chain(value)) {
    const found = Object.getOwnPropertyDescriptor(holder, name);
    if (found) return found;
  }
  return undefined;
}

function namesOf(value: object, prefix: string, isPrimitive: boolean): Properties {
  const found = new Map<string, string>();
  for (const holder of chain(value)) {
    if (holder === Object.prototype) break;
    if (holder === value && !isPrimitive && isList(holder)) continue;
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (found.size >= MOST) break;
      if (!name.startsWith(prefix) || found.has(name) || name === "constructor") continue;
      if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) continue;
      const held: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
      found.set(name, typeof held === "function" ? "method" : "property");
    }
  }
  return [...found].map(([text, type]) => ({ text, type }));
}

function* chain(value: object): Generator<object> {
  for (let at: unknown = value; isReadable(at); at = Object.getPrototypeOf(at)) yield at;
}
