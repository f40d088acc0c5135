// The names of a value's properties, for completion: nothing of the user's runs, no getter and no proxy.
import { types } from "node:util";
import type { Completions } from "../language/language.ts";
import type { Names } from "./names.ts";

export type Properties = Completions["matches"];

/** What may be written behind `path`, a name of the session and data properties from there. */
export function propertiesOf(names: Names, [root, ...path]: readonly string[]): Properties {
  if (root === undefined || !(root in names)) return [];
  let value: unknown = names[root];
  for (const name of path) {
    if (!isReadable(value)) return [];
    const found = descriptorOf(value, name);
    if (!found || !("value" in found)) return [];
    value = found.value;
  }
  return isReadable(value) ? namesOf(value) : [];
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

function namesOf(value: object): Properties {
  const found = new Map<string, string>();
  for (const holder of chain(value)) {
    if (holder === Object.prototype) break;
    if (Array.isArray(holder) || ArrayBuffer.isView(holder)) continue;
    for (const [name, { value: held }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      const type = typeof held === "function" ? "method" : "property";
      if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !found.has(name)) found.set(name, type);
    }
  }
  found.delete("constructor");
  return [...found].map(([text, type]) => ({ text, type }));
}

function* chain(value: object): Generator<object> {
  for (let at: unknown = value; isReadable(at); at = Object.getPrototypeOf(at)) yield at;
}
