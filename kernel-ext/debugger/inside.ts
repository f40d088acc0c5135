// What a debugger does in the user's thread. `install` goes there as text, when a debugger is attached, so it has
// everything within it and a kernel that nobody debugs pays nothing.
import type { Awaiting, Hook, Inside, Result, Shown } from "./work.ts";

export function install(hook: Hook, handle: string): Inside {
  const MOST = 1000;
  const LONGEST = 200;
  interface Entry {
    readonly name: string;
    readonly read: () => unknown;
    readonly path: string;
    /** None where nothing can be put in its place; false where it was not taken. */
    readonly write?: (value: unknown) => boolean;
    readonly owner?: number;
  }
  /** What is long is not listed whole to see a part of it. */
  interface Entries {
    readonly length: number;
    slice(start: number, end: number): Entry[];
  }
  const { names } = hook;
  const references = new Map<number, () => Entries>();
  const hits = new Map<string, number>();
  let last = 0;
  let replaced: [name: string, before: PropertyDescriptor | undefined][] = [];

  const refer = (entries: () => Entries): number => {
    references.set(++last, entries);
    return last;
  };
  const text = (value: unknown): string => {
    const whole = hook.plainText(value, 1);
    const line = typeof value === "string" ? whole : whole.replace(/\s*\n\s*/g, " ");
    return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
  };
  const typeOf = (value: unknown): string => {
    if (value === null) return "null";
    if (typeof value === "function")
      return /^class\b/.test(Function.prototype.toString.call(value)) ? "class" : "function";
    if (typeof value !== "object" || hook.isProxy(value)) return typeof value;
    const prototype: unknown = Object.getPrototypeOf(value);
    const holder =
      typeof prototype === "object" && prototype !== null && !hook.isProxy(prototype) ? prototype : {};
    const maker: unknown = Object.getOwnPropertyDescriptor(holder, "constructor")?.value;
    return (typeof maker === "function" && maker.name) || "object";
  };
  const headOf = (error: unknown): string =>
    error instanceof Error ? `${error.name}: ${error.message}` : text(error);
  const isList = (value: object): value is ArrayLike<unknown> & object =>
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const member = (path: string, key: string): string =>
    /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
  const listed = (value: ArrayLike<unknown>, path: string): Entries => ({
    length: value.length,
    slice: (start, end) =>
      Array.from({ length: Math.max(0, Math.min(end, value.length) - start) }, (_, n) => ({
        name: String(start + n),
        read: () => value[start + n],
        path: `${path}[${start + n}]`,
        write: (held: unknown) => Reflect.set(value, start + n, held),
      })),
  });
  const within = (value: object, path: string): Entries => {
    if (isList(value)) return listed(value, path);
    if (value instanceof Map) {
      return [...value.keys()].map((key) => ({
        name: text(key),
        read: () => value.get(key),
        path: "",
        write: (held: unknown) => value.set(key, held) === value,
      }));
    }
    if (value instanceof Set)
      return [...value].map((held, n) => ({ name: String(n), read: () => held, path: "" }));
    return Reflect.ownKeys(value).map((key) => ({
      name: typeof key === "symbol" ? `[${String(key)}]` : key,
      read: () => {
        const found = Object.getOwnPropertyDescriptor(value, key);
        return found && "value" in found ? found.value : hidden;
      },
      path: typeof key === "symbol" ? "" : member(path, key),
      write: (held: unknown) => Reflect.set(value, key, held),
    }));
  };
  // Stands for what only a getter of the user's would tell.
  const hidden = { toString: () => "(a getter)" };
  const sizeOf = (value: object): number => {
    if (isList(value)) return value.length;
    return value instanceof Map || value instanceof Set ? value.size : Reflect.ownKeys(value).length;
  };
  const describe = (value: unknown, path = ""): Result => {
    if (value === hidden) return { value: "(a getter)", type: "accessor", variablesReference: 0 };
    const plain = { value: text(value), type: typeOf(value) };
    if (typeof value !== "object" || value === null || hook.isProxy(value))
      return { ...plain, variablesReference: 0 };
    const size = sizeOf(value);
    if (size === 0) return { ...plain, variablesReference: 0 };
    const count = isList(value) ? { indexedVariables: size } : { namedVariables: size };
    return { ...plain, variablesReference: refer(() => within(value, path)), ...count };
  };
  const shown = ({ name, read, path }: Entry): Shown[] => {
    try {
      return [{ name, evaluateName: path, ...describe(read(), path) }];
    } catch {
      // Not yet initialised, or a type that was imported as a value: there is nothing to see.
      return [];
    }
  };
  const list = (entries: Entries, start: number, count: number): Shown[] => {
    const most = count > 0 ? Math.min(count, 100 * MOST) : MOST;
    const rest = entries.length - start - most;
    const found = entries.slice(start, start + most).flatMap(shown);
    if (count > 0 || rest <= 0) return found;
    return [
      ...found,
      { name: "…", value: `${rest} more`, type: "", evaluateName: "", variablesReference: 0 },
    ];
  };
  /** What a value shows of its type; `any` is for what it does not. */
  const typescriptOf = (value: unknown, depth: number): string => {
    if (value === null || (typeof value !== "object" && typeof value !== "function")) return typeOf(value);
    if (typeof value === "function") return "(...given: any[]) => any";
    if (depth === 0 || hook.isProxy(value)) return "any";
    if (Array.isArray(value)) {
      const kinds = new Set(value.slice(0, MOST).map((held) => typescriptOf(held, depth - 1)));
      return kinds.size === 0 ? "any[]" : `(${[...kinds].join(" | ")})[]`;
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return typeOf(value);
    const fields = within(value, "").slice(0, LONGEST);
    const typed = fields.map(
      ({ name, read }) => `${JSON.stringify(name)}: ${typescriptOf(read(), depth - 1)}`,
    );
    return `{ ${typed.join("; ")} }`;
  };
  /** What is computed with stands before what was declared to do so. */
  const globalEntries = (): Entry[] => {
    const rank = (name: string): number => {
      const found = Object.getOwnPropertyDescriptor(names, name);
      return found && "value" in found && typeof found.value !== "function" ? 0 : 1;
    };
    const all = Object.keys(names).map((name) => ({
      name,
      read: () => names[name],
      path: name,
      write: (value: unknown) => Reflect.set(names, name, value),
    }));
    return all.sort((a, b) => rank(a.name) - rank(b.name));
  };
  /** Throws text, which a front end is told as it is: V8 puts the kind of an error before it. */
  const entryOf = (reference: number, name: string): Entry => {
    const entries = references.get(reference)?.();
    if (!entries) throw "There is no such variable (any more)";
    const at = /^\d+$/.test(name) ? Number(name) : entries.length;
    const found = [entries.slice(at, at + 1), Array.isArray(entries) ? entries : []]
      .map((some) => some.filter((entry) => entry.name === name))
      .find(({ length }) => length > 0);
    if (!found?.[0]) throw `There is no “${name}” here`;
    if (found.length > 1) throw `There is more than one “${name}” here`;
    return found[0];
  };
  const inside: Inside = {
    awaiting() {
      const { prepareStackTrace, stackTraceLimit } = Error;
      let found: Awaiting[] = [];
      Error.stackTraceLimit = 100;
      Error.prepareStackTrace = (_, sites) => {
        found = sites
          .filter((site) => Reflect.get(site, "isAsync").call(site))
          .map((site) => ({
            name: site.getFunctionName() ?? "",
            url: site.getScriptNameOrSourceURL() ?? "",
            line: site.getLineNumber() ?? 1,
            column: site.getColumnNumber() ?? 1,
          }));
      };
      // Reading the stack is what makes V8 prepare it.
      void new Error().stack;
      Object.assign(Error, { prepareStackTrace, stackTraceLimit });
      return found;
    },
    cell(run) {
      const found = hook.cells.get(run);
      return found && { source: found.source, prepared: found.prepared };
    },
    sources: () => [...new Set([...hook.cells.values()].map(({ source }) => source))],
    runsOf: (source) =>
      [...hook.cells]
        .filter(([, cell]) => cell.source === source)
        .map(([run]) => run)
        .reverse(),
    declaring: (name) =>
      [...hook.cells.values()].findLast(({ prepared }) => prepared.names.includes(name))?.source,
    globals() {
      inside.forget();
      return list(globalEntries(), 0, 0);
    },
    scope: (hiddenNames, ...objects) =>
      refer(() => {
        const found = new Map<string, Entry>();
        for (const [owner, object] of objects.entries()) {
          for (const name of Object.keys(object)) {
            if (found.has(name) || hiddenNames.includes(name)) continue;
            const write = (value: unknown) => Reflect.set(object, name, value);
            found.set(name, { name, read: () => Reflect.get(object, name), path: name, write, owner });
          }
        }
        return [...found.values()];
      }),
    globalScope: () => refer(globalEntries),
    variables: (reference, start, count) => list(references.get(reference)?.() ?? [], start, count),
    namesIn: (reference) => (references.get(reference)?.() ?? []).slice(0, MOST).map(({ name }) => name),
    ownerOf: (reference, name) => entryOf(reference, name).owner,
    assign(reference, name, value) {
      const { write, read, path } = entryOf(reference, name);
      if (!write?.(value)) throw `“${name}” cannot be changed`;
      return describe(read(), path);
    },
    renew(reference, fresh) {
      for (const [name, read] of fresh) {
        try {
          entryOf(reference, name).write?.(read());
        } catch {
          // Not yet initialised.
        }
      }
    },
    forget: () => references.clear(),
    expose(words) {
      for (const name of words) {
        if (!(name in names)) continue;
        const before = Object.getOwnPropertyDescriptor(globalThis, name);
        if (before && !before.configurable) continue;
        replaced.push([name, before]);
        Object.defineProperty(globalThis, name, {
          get: () => names[name],
          set: (value: unknown) => {
            names[name] = value;
          },
          configurable: true,
        });
      }
    },
    restore() {
      for (const [name, before] of replaced.reverse()) {
        if (before) Object.defineProperty(globalThis, name, before);
        else Reflect.deleteProperty(globalThis, name);
      }
      replaced = [];
      Reflect.deleteProperty(hook, "kept");
    },
    within(words, work) {
      inside.expose(words);
      try {
        return work();
      } finally {
        inside.restore();
      }
    },
    holds(words, condition) {
      try {
        return Boolean(inside.within(words, condition));
      } catch (error) {
        inside.failed("condition", headOf(error));
        return true;
      }
    },
    log(words, message) {
      try {
        console.log(inside.within(words, message));
      } catch (error) {
        inside.failed("message", headOf(error));
      }
      return false;
    },
    failed: (what, why) => console.error(`A breakpoint's ${what} failed: ${why}`),
    counted(id, condition) {
      const count = (hits.get(id) ?? 0) + 1;
      hits.set(id, count);
      return condition(count);
    },
    evaluate(words, code) {
      // Indirectly, so that it sees nothing of what stands here.
      const run = Reflect.get(globalThis, "eval") as (code: string) => unknown;
      return inside.within(words, () => describe(run(code), ""));
    },
    describe: (value) => describe(value),
    keep(value) {
      Reflect.set(hook, "kept", value);
    },
    look: (value) => hook.bundleOf(value),
    lookOf(name) {
      if (!(name in names)) throw new Error(`There is no ${name}`);
      return hook.bundleOf(names[name]);
    },
    copy(name, value) {
      Object.defineProperty(names, name, { value, writable: true, enumerable: true, configurable: true });
      return [typescriptOf(value, 3), `import("gradbook").${typeOf(value)}`];
    },
  };
  const value = Object.assign(hook, inside);
  Object.defineProperty(globalThis, handle, { value, configurable: true });
  return value;
}
