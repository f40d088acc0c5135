// What a front end sends is anything: its fields are looked at before they are used.

export type Arguments = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Arguments {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
