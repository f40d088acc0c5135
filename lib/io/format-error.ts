/** A file that is not what its format demands, or holds what a tensor cannot: names the file and the fault in one line. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  readonly file: string;
  readonly fault: string;

  constructor(file: string, fault: string, options?: ErrorOptions) {
    super(`${file}: ${fault}`.replaceAll(/\s*[\r\n]+\s*/g, " "), options);
    this.file = file;
    this.fault = fault;
  }
}

/** Text from a file, short and printable enough to stand in an error. */
export function quote(text: string): string {
  // JSON's escapes keep control characters out of the reader's terminal.
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
