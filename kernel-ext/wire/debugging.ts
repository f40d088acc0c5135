// The debugger's door: nothing of it is loaded before a front end asks for it.
import type { Debugger } from "../debugger/debugger.ts";
import type { Requests } from "../debugger/requests.ts";
import type { Prepared } from "../language/language.ts";
import type { ToSession } from "../session/messages.ts";
import type { Iopub } from "./iopub.ts";
import type { Content, Header } from "./message.ts";

/** So long (ms) may everybody be gone before what is paused goes on. */
const GRACE = 5000;

interface Parts {
  readonly iopub: Iopub;
  /** Whether there is a debugger at all. */
  readonly allowed: boolean;
  readonly preview: (code: string) => Promise<Prepared>;
  readonly declare: (code: string) => Promise<boolean>;
}

interface Loaded {
  readonly debug: Debugger;
  readonly requests: Requests;
}

export class Debugging {
  readonly #parts: Parts;
  #loading: Promise<Loaded> | undefined;
  #debug: Debugger | undefined;
  /** One request after the other, as the protocol wants it. */
  #queue: Promise<unknown> = Promise.resolve();
  #parent: Header | undefined;
  #count = 0;
  #grace: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether cells run in sight of a debugger. */
  get isAttached(): boolean {
    return this.#debug?.target !== undefined;
  }

  answer(request: Content, header: Header): Promise<Content> {
    this.heard();
    const answer = this.#queue.then(() => {
      this.#parent = header;
      return this.#answer(request);
    });
    this.#queue = answer;
    return answer;
  }

  /** What the session is about to be told, so that breakpoints are there before the cell. */
  before(message: ToSession): void {
    this.#debug?.before(message);
  }

  /** Lets an interrupt through to what is paused. */
  async during(interrupt: () => Promise<void>): Promise<void> {
    if (!this.#debug) return interrupt();
    await this.#debug.release();
    await interrupt();
    await this.#debug.rearm();
  }

  async stop(): Promise<void> {
    await this.#debug?.detach();
  }

  /** Nobody listens any more: whoever paused the kernel has gone. */
  unheard(): void {
    this.heard();
    this.#grace = setTimeout(() => void this.stop(), GRACE);
    this.#grace.unref();
  }

  heard(): void {
    clearTimeout(this.#grace);
  }

  /** Never fails, as the next request waits for this one. */
  async #answer({ command, seq, arguments: given }: Content): Promise<Content> {
    const name = typeof command === "string" ? command : "";
    const response = {
      type: "response",
      seq: ++this.#count,
      request_seq: Number.isSafeInteger(seq) && Number(seq) >= 0 ? seq : 0,
      command: name,
    };
    try {
      if (!this.#parts.allowed) throw new Error("This kernel grades, and lets nobody look in");
      const { requests } = await this.#load();
      const handle = Object.hasOwn(requests, name) ? requests[name] : undefined;
      if (!handle) throw new Error(`There is no debug request “${name}”`);
      const body = await handle(typeof given === "object" && given !== null ? (given as Content) : {});
      return { ...response, success: true, body: body ?? {} };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { ...response, success: false, message, body: {} };
    }
  }

  #load(): Promise<Loaded> {
    this.#loading ??= (async () => {
      const [{ Debugger }, { requestsOf }] = await Promise.all([
        import("../debugger/debugger.ts"),
        import("../debugger/requests.ts"),
      ]);
      const { preview, declare } = this.#parts;
      const debug = new Debugger({ preview, declare, publish: (event, body) => this.#publish(event, body) });
      this.#debug = debug;
      return { debug, requests: requestsOf(debug) };
    })();
    return this.#loading;
  }

  #publish(event: string, body: object = {}): void {
    const content = { type: "event", seq: ++this.#count, event, body };
    this.#parts.iopub.publish("debug_event", content, this.#parent ?? {});
  }
}
