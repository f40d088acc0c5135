// `display`, which every cell has: any value, or contents of a kind that the name says.
// Its types for the checker are in language/globals.ts.
import { bundleOf, type MimeBundle, wireReady } from "./bundle.ts";
import { currentChannel } from "./channel.ts";
import { DisplayHandle } from "./handle.ts";
import { mimeTypeOf } from "./mime.ts";

export interface DisplayOptions {
  /** Shown again under its id by the same cell, a value replaces the one before. */
  readonly id?: string;
}

type Kind<T> = (value: T, options?: DisplayOptions) => DisplayHandle<T>;

export interface DisplayFunction extends Kind<unknown> {
  readonly text: Kind<string>;
  readonly html: Kind<string>;
  readonly markdown: Kind<string>;
  readonly latex: Kind<string>;
  readonly svg: Kind<string>;
  readonly javascript: Kind<string>;
  readonly json: Kind<unknown>;
  readonly plotly: Kind<PlotlyFigure>;
  readonly png: Kind<Uint8Array>;
  readonly jpeg: Kind<Uint8Array>;
  readonly gif: Kind<Uint8Array>;
  readonly pdf: Kind<Uint8Array>;
  image(bytes: Uint8Array, mimeType?: string, options?: DisplayOptions): DisplayHandle<Uint8Array>;
  raw<T>(mimeType: string, data: T, options?: DisplayOptions): DisplayHandle<T>;
  /** One value in several forms, by MIME type. */
  readonly bundle: Kind<MimeBundle>;
  /** Removes the cell's outputs; with `wait`, when the next one comes. */
  clear(options?: { readonly wait?: boolean }): void;
  /** Allows every cell from now on so many characters of output. */
  limit(characters: number): void;
}

export interface PlotlyFigure {
  readonly data: readonly object[];
  readonly layout?: object;
  readonly config?: object;
  readonly frames?: readonly object[];
}

/** The run that has last shown something under an id. */
const shownBy = new Map<string, number>();

function show<T>(
  value: T,
  look: (value: T) => MimeBundle | Promise<MimeBundle>,
  { id }: DisplayOptions = {},
): DisplayHandle<T> {
  if (id === undefined) return new DisplayHandle(value, look);
  // A cell that runs again has lost its outputs, so there is nothing to replace.
  const run = currentChannel().run().id;
  const update = shownBy.get(id) === run;
  shownBy.set(id, run);
  return new DisplayHandle(value, look, id, update);
}

/** Contents of one MIME type; what is text is also there for those who see text only. */
function kind<T>(type: string, asText?: (value: T) => string): Kind<T> {
  const look = (value: T): MimeBundle =>
    wireReady({ [type]: value, ...(asText && { "text/plain": asText(value) }) });
  return (value, options) => show(value, look, options);
}

const asIs = (source: string): string => source;

export const display: DisplayFunction = Object.assign(
  (value: unknown, options?: DisplayOptions) => show(value, bundleOf, options),
  {
    text: kind<string>("text/plain"),
    html: kind<string>("text/html"),
    markdown: kind("text/markdown", asIs),
    latex: kind("text/latex", asIs),
    svg: kind<string>("image/svg+xml"),
    javascript: kind<string>("text/javascript"),
    json: kind("application/json", (value: unknown) => JSON.stringify(value, undefined, 2) ?? String(value)),
    plotly: kind("application/vnd.plotly.v1+json", ({ data }: PlotlyFigure) => {
      return `[plotly figure of ${data.length} ${data.length === 1 ? "trace" : "traces"}]`;
    }),
    png: kind<Uint8Array>("image/png"),
    jpeg: kind<Uint8Array>("image/jpeg"),
    gif: kind<Uint8Array>("image/gif"),
    pdf: kind<Uint8Array>("application/pdf"),
    image: (bytes: Uint8Array, mimeType?: string, options?: DisplayOptions) =>
      kind<Uint8Array>(mimeType ?? mimeTypeOf(bytes))(bytes, options),
    raw: <T>(mimeType: string, data: T, options?: DisplayOptions) => kind<T>(mimeType)(data, options),
    bundle: (value: MimeBundle, options?: DisplayOptions) => show(value, wireReady, options),
    clear: ({ wait = false }: { readonly wait?: boolean } = {}) => currentChannel().clear(wait),
    limit: (characters: number) => currentChannel().limit(characters),
  },
);
