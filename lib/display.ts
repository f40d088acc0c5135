/**
 * How a value tells a notebook what it looks like: a kernel that finds a method under this symbol shows the bundle
 * it returns. The name is Deno's convention; nothing here knows of Jupyter.
 */
export const display: unique symbol = Symbol.for("Jupyter.display");

/** One value in several forms, by MIME type: the front end takes the richest that it can show. */
export type MimeBundle = Readonly<Record<string, unknown>> & { readonly "text/plain": string };

/**
 * Gives the values of a class their look, in notebooks and under `console.log`. The methods are put on from outside
 * because isolated declarations allow no symbol-named members in a class body. Where the look is work, `text` says
 * how to get its plain text alone.
 *
 * @example
 * showAs(Tensor, (tensor) => ({ "text/plain": String(tensor) }));
 */
export function showAs<T>(
  type: { readonly prototype: T },
  look: (value: T) => MimeBundle,
  text: (value: T) => string = (value) => look(value)["text/plain"],
): void {
  const put = (name: symbol, value: (this: T) => unknown): void => {
    Object.defineProperty(type.prototype, name, { value, configurable: true, writable: true });
  };
  put(display, function () {
    return look(this);
  });
  put(Symbol.for("nodejs.util.inspect.custom"), function () {
    return text(this);
  });
}

/** The look of a value that has one. */
export function lookOf(value: object): MimeBundle | undefined {
  const method: unknown = Reflect.get(value, display);
  return typeof method === "function" ? method.call(value) : undefined;
}

/** Shows a value where it can be replaced by another. */
export type LiveDisplay = (value: object) => { update(value: object): void };

/**
 * What shows a value that changes, where this runs in something that can: a global function `display` that returns a
 * handle with `update`. Nothing in a terminal.
 */
export function liveDisplay(): LiveDisplay | undefined {
  const show: unknown = Reflect.get(globalThis, "display");
  return typeof show === "function" ? (show as LiveDisplay) : undefined;
}

/** Text made safe to stand inside HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Rows of cells as an HTML table and as aligned text; every row has as many cells as the head. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): { html: string; text: string } {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const html =
    `<table><caption>${escapeHtml(caption)}</caption><thead>${cells("th", head)}</thead>` +
    `<tbody>${rows.map((row) => cells("td", row)).join("")}</tbody></table>`;
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  const pad = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return { html, text: [caption, ...lines.map(pad)].join("\n") };
}
