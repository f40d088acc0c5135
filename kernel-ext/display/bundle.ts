// What a value looks like: one MIME bundle, from its own `Jupyter.display` method, from what it is known to
// be, or from util.inspect.
import { types } from "node:util";
import { knownLook } from "./known.ts";
import { plainText } from "./plain.ts";

export type MimeBundle = Readonly<Record<string, unknown>>;

/** Deno's convention: a value with this method says itself how it is shown. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** The bundle of a value; a promise where the value's own method is asynchronous. */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") {
    return { "text/plain": plainText(value) };
  }
  if (types.isProxy(value)) return lookOfProxy(value);
  const method: unknown = Reflect.get(value, displaySymbol);
  if (typeof method !== "function") return lookOfObject(value);
  const result: unknown = method.call(value);
  return result instanceof Promise ? result.then((bundle) => checked(bundle, value)) : checked(result, value);
}

/** A bundle as the wire takes it: bytes as base64, data of JSON types as JSON. */
export function wireReady(bundle: object): Record<string, unknown> {
  const ready: Record<string, unknown> = {};
  for (const [type, data] of Object.entries(bundle)) {
    if (data !== undefined) ready[type] = wireData(type, data);
  }
  return ready;
}

function wireData(type: string, data: unknown): unknown {
  if (data instanceof Uint8Array) {
    return Buffer.from(data.buffer, data.byteOffset, data.length).toString("base64");
  }
  const json = /^application\/(.*\+)?json$/.test(type);
  if (!json) return typeof data === "string" || typeof data === "object" ? data : String(data);
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

/** A proxy may answer to every name, or throw: only a bundle from it counts. */
function lookOfProxy(value: object): MimeBundle {
  try {
    const method: unknown = Reflect.get(value, displaySymbol);
    const result: unknown = typeof method === "function" ? method.call(value) : undefined;
    if (isBundle(result) && !types.isProxy(result)) return checked(result, value);
  } catch {
    // Then it is shown as what it stands for.
  }
  return { "text/plain": plainText(value) };
}

function lookOfObject(value: object): MimeBundle {
  try {
    const look = knownLook(value);
    if (look) return wireReady(look);
  } catch {
    // It only looked like what we know.
  }
  return { "text/plain": plainText(value) };
}

function checked(bundle: unknown, value: object): MimeBundle {
  if (!isBundle(bundle)) {
    throw new TypeError("The Jupyter.display method returned no MIME bundle, { [type]: data }");
  }
  const ready = wireReady(bundle);
  // Front ends fall back to text, and a notebook on disk is searched as text.
  ready["text/plain"] ??= value.constructor?.name ?? "[object]";
  return ready;
}

function isBundle(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
