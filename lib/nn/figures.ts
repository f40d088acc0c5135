// Numbers as summaries show them.

/** 138357544 → "138,357,544" */
export const figure = (n: number): string => n.toLocaleString("en-US");

/** Bytes, in the unit that fits. */
export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toLocaleString("en-US", { maximumFractionDigits: 1 })} MB`;
}
