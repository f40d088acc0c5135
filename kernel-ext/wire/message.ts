// Jupyter messages as ZeroMQ frames: identities, a delimiter, an HMAC, four JSON parts, binary buffers.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

export const PROTOCOL_VERSION = "5.5";
const DELIMITER = "<IDS|MSG>";

export interface Header {
  readonly msg_id: string;
  readonly session: string;
  readonly msg_type: string;
  readonly [field: string]: unknown;
}

export type Content = Readonly<Record<string, unknown>>;

export interface Message {
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly parent: Content;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: readonly Uint8Array[];
}

export interface Outgoing {
  readonly identities: readonly (Uint8Array | string)[];
  readonly type: string;
  readonly parent: Header | Record<string, never>;
  /** Already JSON where it comes from the user thread, which thus pays for its own large outputs. */
  readonly content: Content | string;
  readonly metadata?: Content;
  readonly buffers?: readonly Uint8Array[];
}

export interface Encoded {
  readonly id: string;
  readonly frames: (Uint8Array | string)[];
}

/** Signs what the kernel sends and verifies what it gets. */
export class Signer {
  readonly #key: string;
  readonly #hash: string;
  readonly #session: string = randomUUID();
  /** A cell's messages all name the same parent. */
  #parent: { readonly header: Outgoing["parent"]; readonly json: string } = { header: {}, json: "{}" };
  #count = 0;

  constructor(key: string, hash: string) {
    this.#key = key;
    this.#hash = hash;
  }

  #signature(parts: readonly (Uint8Array | string)[]): string {
    if (this.#key === "") return "";
    const hmac = createHmac(this.#hash, this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  encode({ identities, type, parent, content, metadata, buffers = [] }: Outgoing): Encoded {
    const id = `${this.#session}_${++this.#count}`;
    const header = {
      msg_id: id,
      session: this.#session,
      username: "gradbook",
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    };
    const parts = [
      JSON.stringify(header),
      this.#parentJson(parent),
      metadata ? JSON.stringify(metadata) : "{}",
      typeof content === "string" ? content : JSON.stringify(content),
    ];
    return { id, frames: [...identities, DELIMITER, this.#signature(parts), ...parts, ...buffers] };
  }

  #parentJson(header: Outgoing["parent"]): string {
    if (this.#parent.header !== header) this.#parent = { header, json: JSON.stringify(header) };
    return this.#parent.json;
  }

  /** Throws, saying why, for anything that is not a well-formed message signed with our key. */
  decode(frames: readonly Uint8Array[]): Message {
    const at = frames.findIndex((frame) => Buffer.from(frame).equals(Buffer.from(DELIMITER)));
    if (at < 0) throw new Error("no delimiter");
    if (frames.length < at + 6) throw new Error("too few frames");
    const parts = frames.slice(at + 2, at + 6);
    const given = Buffer.from(frames[at + 1] ?? []);
    const expected = Buffer.from(this.#signature(parts));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Error("wrong signature");
    }
    const [header, parent, metadata, content] = parts.map(parseObject);
    if (!isHeader(header)) throw new Error("malformed header");
    return {
      identities: frames.slice(0, at),
      header,
      parent: parent ?? {},
      metadata: metadata ?? {},
      content: content ?? {},
      buffers: frames.slice(at + 6),
    };
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseObject(frame: Uint8Array): Content {
  const value: unknown = JSON.parse(utf8.decode(frame));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("not an object");
  return value as Content;
}

function isHeader(value: Content | undefined): value is Header {
  return [value?.msg_id, value?.msg_type, value?.session ?? ""].every((field) => typeof field === "string");
}
