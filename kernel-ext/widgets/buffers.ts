// Bytes travel beside the JSON of a message; paths say where in it they belong.
// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md

export type Path = readonly (string | number)[];

export interface Packed {
  readonly state: Record<string, unknown>;
  readonly buffer_paths: readonly Path[];
  readonly buffers: readonly Uint8Array[];
}

/** Takes typed arrays and buffers out of a state. */
export function pack(state: Readonly<Record<string, unknown>>): Packed {
  const buffer_paths: Path[] = [];
  const buffers: Uint8Array[] = [];
  const without = (value: unknown, path: Path): unknown => {
    const bytes = bytesOf(value);
    if (bytes) {
      buffer_paths.push(path);
      buffers.push(bytes);
      // JSON.stringify leaves it out of an object and puts null into a list, as the protocol wants.
      return undefined;
    }
    if (Array.isArray(value))
      return hasBytes(value) ? value.map((inner, at) => without(inner, [...path, at])) : value;
    if (typeof value !== "object" || value === null || !hasBytes(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, without(inner, [...path, key])]),
    );
  };
  return { state: without(state, []) as Record<string, unknown>, buffer_paths, buffers };
}

/** Puts the bytes back where they were. */
export function unpack(
  state: unknown,
  paths: unknown,
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return {};
  const whole = state as Record<string, unknown>;
  if (!Array.isArray(paths)) return whole;
  for (const [at, path] of paths.entries()) {
    if (!Array.isArray(path) || path.length === 0) continue;
    const holder: unknown = path.slice(0, -1).reduce(
      // What every object has is not the message's to change.
      (inner: unknown, key) =>
        typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
          ? Reflect.get(inner, key)
          : undefined,
      whole,
    );
    const key: unknown = path.at(-1);
    if (typeof holder !== "object" || holder === null || key === "__proto__") continue;
    if (typeof key === "string" || typeof key === "number") Reflect.set(holder, key, buffers[at]);
  }
  return whole;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Most of a state holds none: it goes as it is. */
function hasBytes(value: object): boolean {
  if (bytesOf(value)) return true;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  // A list of numbers is long and has none.
  if (typeof inner[0] === "number" && typeof inner.at(-1) === "number" && Array.isArray(value)) return false;
  return inner.some((one) => typeof one === "object" && one !== null && hasBytes(one));
}
