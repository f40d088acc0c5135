/** What every cell may use without an import, as the type checker reads it. */
export const cellGlobals = `
/** Shows a value below the cell at once, as the last value of a cell would be. */
declare function display(value: unknown, options?: { id?: string }): Promise<void>;
declare namespace display {
  /** Removes the cell's outputs; with \`wait\`, when the next one comes. */
  function clear(options?: { wait?: boolean }): void;
}
/** Asks whoever runs the cell for a line of text, and waits for it. */
declare function input(prompt?: string, options?: { password?: boolean }): string;
declare function prompt(prompt?: string, options?: { password?: boolean }): string;
`;
