// What a student has handed in, whatever it came in: a folder, a zip, a single notebook.

export interface Student {
  /** Names the student in every list; taken from where the submission lay. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  /** The number that the learning platform has for the student or for the submission, where its file names tell. */
  readonly number?: string;
}

export interface HandedIn {
  /** Which notebook of the assignment this is. */
  readonly notebook: string;
  /** The notebook's text as it came, at most `LARGEST` characters. */
  readonly text: string;
}

export interface Submission {
  readonly student: Student;
  /** Where it lay, for messages. */
  readonly source: string;
  readonly notebooks: readonly HandedIn[];
  /** Of the texts: the same work has the same. */
  readonly hash: string;
  /** Why there is nothing to grade, in one line. */
  readonly fault?: string;
  /** What a lecturer should know: a file left out, a byte order mark, an odd name. */
  readonly notes: readonly string[];
}
