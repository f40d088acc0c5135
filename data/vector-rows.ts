/** A word and its numbers. */
export interface VectorRow {
  readonly word: string;
  readonly numbers: readonly number[];
}

const BEGIN = '"vectors":{';
const SEPARATOR = '":[';

/**
 * The rows of {…,"vectors":{"word":[1,2],…},…}, one after the other, so that 307 MB of JSON need not be in memory at once,
 * nor be read to their end. No word contains "],".
 */
export async function* vectorRows(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<VectorRow> {
  const decoder = new TextDecoder();
  let held = "";
  let begun = false;
  for await (const piece of pieces) {
    held += decoder.decode(piece, { stream: true });
    if (!begun) {
      const begin = held.indexOf(BEGIN);
      if (begin < 0) continue;
      held = held.slice(begin + BEGIN.length);
      begun = true;
    }
    let from = 0;
    for (let to = held.indexOf("],"); to >= 0; to = held.indexOf("],", from)) {
      yield rowOf(held.slice(from, to));
      from = to + 2;
    }
    held = held.slice(from);
  }
  // The last one ends with the object around it.
  const end = held.indexOf("]}");
  if (begun && end >= 0) yield rowOf(held.slice(0, end));
}

/** From `"word":[1,2`. */
function rowOf(text: string): VectorRow {
  const at = text.lastIndexOf(SEPARATOR);
  return { word: JSON.parse(text.slice(0, at + 1)), numbers: JSON.parse(`${text.slice(at + 2)}]`) };
}
