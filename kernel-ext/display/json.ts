// Message contents as JSON, whatever a cell has put into them.

/** JSON of any content: large integers become text, and data that JSON cannot hold costs only itself. */
export function toJson(content: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(content);
  } catch {
    const data = { ...(typeof content.data === "object" ? content.data : {}) };
    const kept = Object.entries(data).map(([type, value]) => [type, repaired(type, value)]);
    return JSON.stringify({ ...content, data: Object.fromEntries(kept) });
  }
}

function repaired(type: string, value: unknown): unknown {
  try {
    const text = JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "bigint" ? String(inner) : inner,
    );
    return text === undefined ? null : JSON.parse(text);
  } catch (error) {
    return `${type} cannot be sent: ${error instanceof Error ? error.message.split("\n")[0] : "it is no JSON"}`;
  }
}
