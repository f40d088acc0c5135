/** What every cell may use without an import, as the type checker reads it. Made in display/ and put up by session/. */
export const cellGlobals = `
interface DisplayOptions {
  /** Shown again under its id by the same cell, a value replaces the one before. */
  id?: string;
}
/** An output that is shown and can be replaced. */
interface DisplayHandle<T> {
  readonly id: string;
  /** Settles when the value is on its way to the notebook: later only where its own look is asynchronous. */
  readonly shown: Promise<void>;
  /** Shows another value in the same place. */
  update(value: T): void;
}
/** Shows a value below the cell at once, as the last value of a cell would be. */
declare function display<T>(value: T, options?: DisplayOptions): DisplayHandle<unknown>;
declare namespace display {
  function text(text: string, options?: DisplayOptions): DisplayHandle<string>;
  function html(html: string, options?: DisplayOptions): DisplayHandle<string>;
  function markdown(markdown: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Shows a formula, with its dollar signs: \`display.latex("$x^2$")\`. */
  function latex(latex: string, options?: DisplayOptions): DisplayHandle<string>;
  function svg(svg: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Runs JavaScript in the page, where the front end allows it. */
  function javascript(code: string, options?: DisplayOptions): DisplayHandle<string>;
  /** Shows plain data as a tree to unfold. */
  function json(value: unknown, options?: DisplayOptions): DisplayHandle<unknown>;
  interface PlotlyFigure {
    readonly data: readonly object[];
    readonly layout?: object;
    readonly config?: object;
    readonly frames?: readonly object[];
  }
  function plotly(figure: PlotlyFigure, options?: DisplayOptions): DisplayHandle<PlotlyFigure>;
  function png(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  function jpeg(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  function gif(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  function pdf(bytes: Uint8Array, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  /** Shows a picture, of the kind that its first bytes tell or that is named. */
  function image(bytes: Uint8Array, mimeType?: string, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  /** Shows data of any MIME type: bytes, text, or plain data where the type is JSON's. */
  function raw<T>(mimeType: string, data: T, options?: DisplayOptions): DisplayHandle<T>;
  /** Shows one value in several forms, by MIME type: the front end takes the richest that it can show. */
  function bundle(forms: Readonly<Record<string, unknown>>, options?: DisplayOptions): DisplayHandle<Readonly<Record<string, unknown>>>;
  /** Removes the cell's outputs; with \`wait\`, when the next one comes. */
  function clear(options?: { wait?: boolean }): void;
  /** Allows every cell from now on so many characters of output. */
  function limit(characters: number): void;
}
interface ProgressOptions {
  /** What the loop does, in a word or two. */
  label?: string;
  /** How many steps it has, where the items do not tell. */
  total?: number;
}
/** Shows how far a loop is, how fast and how long it will take: \`for (const x of progress(xs))\`. */
declare function progress<T>(items: Iterable<T>, options?: ProgressOptions): Generator<T, void>;
declare function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncGenerator<T, void>;
/** Asks whoever runs the cell for a line of text, and waits for it. */
declare function input(prompt?: string, options?: { password?: boolean }): string;
declare function prompt(prompt?: string, options?: { password?: boolean }): string;
`;

/** The same for a cell that runs in the page; see session/page.ts. */
export const pageGlobals = `
/** The cell's own place in the page, below it: \`element.append("Hello")\`. */
declare const element: HTMLElement;
declare module "*.css";
declare module "*.svg" { const url: string; export default url; }
declare module "*.png" { const url: string; export default url; }
declare module "*.jpg" { const url: string; export default url; }
declare module "*.txt" { const text: string; export default text; }
`;
