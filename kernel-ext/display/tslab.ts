// tslab's display calls (tslab 1.0.22): `import * as tslab from "tslab"` in a cell leads here.
import { wireReady } from "./bundle.ts";
import { currentChannel } from "./channel.ts";
import { newDisplayId } from "./handle.ts";

interface Versions {
  tslab: string;
  typescript: string;
  node: string;
}

export interface Display {
  javascript(s: string): void;
  html(s: string): void;
  markdown(s: string): void;
  latex(s: string): void;
  svg(s: string): void;
  png(b: Uint8Array): void;
  jpeg(b: Uint8Array): void;
  gif(b: Uint8Array): void;
  pdf(b: Uint8Array): void;
  text(s: string): void;
  /** Shows data of any MIME type; what is JSON by its type may be given as an object. */
  raw(contentType: string, b: string | Uint8Array | object): void;
}

/** The versions that this kernel stands in for. */
export const versions: Versions = { tslab: "1.0.22", typescript: "6.0.3", node: process.version };

class NotebookDisplay implements Display {
  readonly #id: string | undefined;
  #shown = false;

  constructor(id?: string) {
    this.#id = id;
  }

  javascript(s: string): void {
    this.raw("text/javascript", s);
  }
  html(s: string): void {
    this.raw("text/html", s);
  }
  markdown(s: string): void {
    this.raw("text/markdown", s);
  }
  latex(s: string): void {
    this.raw("text/latex", s);
  }
  svg(s: string): void {
    this.raw("image/svg+xml", s);
  }
  png(b: Uint8Array): void {
    this.raw("image/png", b);
  }
  jpeg(b: Uint8Array): void {
    this.raw("image/jpeg", b);
  }
  gif(b: Uint8Array): void {
    this.raw("image/gif", b);
  }
  pdf(b: Uint8Array): void {
    this.raw("application/pdf", b);
  }
  text(s: string): void {
    this.raw("text/plain", s);
  }
  raw(contentType: string, b: string | Uint8Array | object): void {
    const data = wireReady({ [contentType]: b });
    if (this.#id === undefined) currentChannel().show({ data });
    else currentChannel().show({ data, id: this.#id, update: this.#shown });
    this.#shown = true;
  }
}

/** A display whose every call replaces what it showed before. */
export function newDisplay(): Display {
  return new NotebookDisplay(newDisplayId());
}

/** Shows rich contents below the cell. */
export const display: Display = new NotebookDisplay();
