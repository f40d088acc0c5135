// How a function is called: with its types where they are known, else as its source says.

/** So much of a source is read, and so much of a signature shown (characters). */
const LONGEST_SOURCE = 4000;
const LONGEST = 200;

const noted = new WeakMap<object, string>();

/** Whoever knows its types may say how a function is called: `(a: number): string`. */
export function noteSignature(callable: object, signature: string): void {
  if (!noted.has(callable)) noted.set(callable, signature);
}

/**
 * The parameters of a function or of a class's constructor; undefined where there is no source.
 *
 * @example
 * signatureOf(function scale(x, factor = 2) {}); // "(x, factor = 2)"
 */
export function signatureOf(callable: object): string | undefined {
  const known = noted.get(callable);
  if (known !== undefined) return shortened(known);
  const source = Function.prototype.toString.call(callable).slice(0, LONGEST_SOURCE);
  if (/\{\s*\[native code\]\s*\}$/.test(source)) return undefined;
  if (/^class\b/.test(source)) {
    const made = /\bconstructor\s*(?=\()/.exec(source);
    return made ? readable(parameters(source, made.index)) : undefined;
  }
  const [, single] = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source) ?? [];
  return readable(single ? `(${single})` : parameters(source, 0));
}

/** From the first opening parenthesis to the one that closes it. */
function parameters(source: string, from: number): string | undefined {
  const start = source.indexOf("(", from);
  if (start < 0) return undefined;
  // A string or a comment counts as one piece, so that no parenthesis within does.
  const pieces = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/.*|[()]/g;
  pieces.lastIndex = start;
  let open = 0;
  for (let piece = pieces.exec(source); piece; piece = pieces.exec(source)) {
    if (piece[0] === "(") open++;
    else if (piece[0] === ")") open--;
    if (open === 0) return source.slice(start, pieces.lastIndex);
  }
  return undefined;
}

function readable(text: string | undefined): string | undefined {
  // A cell's own names read as its author wrote them, not as the rewriting left them.
  const plain = text?.replace(/\(0,\s*\$+\.([\w$]+)\)/g, "$1").replace(/(?<![\w$.])\$+\.([\w$]+)/g, "$1");
  return plain && shortened(plain);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
