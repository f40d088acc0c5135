// Whose a file is, by where it lay: what every layout says of a path.
export interface Owner {
  /** The same for everything of one student. */
  readonly key: string;
  /** As it is to be called; made unique and plain later. */
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly number?: string;
  /** The path within the submission. */
  readonly rest: string;
  /** Which of a student's submissions: the highest counts. */
  readonly order: number;
  /** A later submission takes the place of an earlier one in all, not notebook by notebook. */
  readonly whole?: boolean;
  /** What a lecturer should know: that it came late. */
  readonly note?: string;
}

/** The owners of a path: several for a group's work, none for what is nobody's. */
export type OwnersOf = (path: string) => readonly Owner[];
