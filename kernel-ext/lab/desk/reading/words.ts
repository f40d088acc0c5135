// A notebook's text in plain words, for a line in a list.

/** Without Markdown's marks. */
export function plainWords(markdown: string): string {
  return markdown
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|`)(.+?)\1/g, "$2")
    .replace(/(^|\W)[*_](\S(?:.*?\S)?)[*_](?=\W|$)/g, "$1$2")
    .replace(/\$([^$]+)\$/g, "$1")
    .replace(/<\/?[a-z][^<>]*>|<!--.*?-->/gi, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The first heading of a text. */
export function headingOf(markdown: string): string | undefined {
  const [, words] = /^#{1,6}\s+(.+?)\s*#*\s*$/m.exec(markdown) ?? [];
  return words && plainWords(words);
}

/** The first sentence of the first paragraph after the heading. */
export function leadOf(markdown: string): string {
  const paragraph = markdown.split(/\n\s*\n/).find((part) => part.trim() !== "" && !/^\s*#/.test(part));
  const words = plainWords(paragraph ?? "");
  return /^.{45,}?[.?!](?=\s|$)/.exec(words)?.[0] ?? words;
}
