// Words in pictures: plotly lets them run on, out of the figure and over each other.

/** Text in lines of at most `most` characters, broken between words, and where it says <br>; a word that is longer loses its end. */
export function breakLines(text: string, most: number): string {
  return text
    .split("<br>")
    .map((line) => breakLine(line, most))
    .join("<br>");
}

function breakLine(text: string, most: number): string {
  const room = Math.max(3, Math.floor(most));
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const piece = lengthOf(word) > room ? `${[...word].slice(0, room - 1).join("")}…` : word;
    const last = lines.at(-1);
    if (last !== undefined && lengthOf(last) + 1 + lengthOf(piece) <= room)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines.join("<br>");
}

export function lineCount(text: string): number {
  return text.split("<br>").length;
}

/** What a reader sees of it: plotly's tags, such as <br> and <b>, are no letters. */
function lengthOf(text: string): number {
  return [...text.replace(/<[^>]*>/g, "")].length;
}
