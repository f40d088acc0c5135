// What is wrong with a file that was handed in: the end of a sentence that begins with its name.
export class Fault extends Error {
  override name = "Fault";
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "it is a link",
  ENOENT: "it is gone",
  EIO: "the disk has an error",
  EMFILE: "too many files are open",
};

/** An error of the file system's in words. */
export function unreadable(error: unknown): Fault {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return new Fault(`cannot be read (${WORDS[code] ?? code})`);
}
