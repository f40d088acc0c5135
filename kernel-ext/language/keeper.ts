// Where the language works for this kernel: in a process that starts from the snapshot, or, where there is none, in a
// thread that loads TypeScript first. Runs in the wire's thread, passes requests on, and starts another with the
// session's cells when one dies.
import type { MessagePort } from "node:worker_threads";
import type { Place } from "./checks.ts";
import type { Completions, PrepareRequest } from "./language.ts";
import type { AskLanguage, LanguageAnswer, LanguageRequest } from "./port.ts";
import { type Ask, type Reply, startProcess } from "./process.ts";
import { findSnapshot } from "./snapshot.ts";
import { startThread } from "./thread.ts";

/** How long (ms) a completion waits for the user thread, which may not answer while a cell runs. */
const PATIENCE = { busy: 60, idle: 1000 };
/** Whatever dies again and again is not started for ever. */
const MOST_STARTS = 20;

interface PropertiesAnswer {
  readonly properties: Completions["matches"];
  readonly id: number;
}

export class LanguageKeeper {
  readonly #place: Place;
  readonly #accepted: string[] = [];
  readonly #userThread: MessagePort;
  readonly #isBusy: () => boolean;
  #starting: Promise<Ask>;
  /** Whom to ask without waiting. */
  #started: Ask | undefined;
  #starts = 0;
  #lookups = 0;
  readonly #lookedUp = new Map<number, (matches: Completions["matches"]) => void>();

  /** The user thread asks, too, and can tell the properties of values. */
  constructor(place: Place, userThread: MessagePort, isBusy: () => boolean) {
    this.#place = place;
    this.#isBusy = isBusy;
    this.#userThread = userThread;
    this.#starting = this.#start();
    userThread.on("message", (request: LanguageRequest | PropertiesAnswer) => {
      if ("properties" in request) this.#lookedUp.get(request.id)?.(request.properties);
      else void this.#serve(request);
    });
  }

  readonly ask: AskLanguage = async (method, argument) => {
    const request = { id: 0, method, argument: argument as never };
    const asking = this.#started ? this.#asked(this.#started, request) : undefined;
    const reply = await (asking ?? this.#starting.then((ask) => this.#asked(ask, request)));
    if ("error" in reply) throw new Error(reply.error);
    return method === "complete" ? this.#completed(reply.value as Completions) : reply.value;
  };

  #asked(ask: Ask, request: LanguageRequest): Promise<Reply> {
    return new Promise((resolve) => {
      ask(request, (reply) => {
        if ("value" in reply) this.#learn(request, reply.value);
        resolve(reply);
      });
    });
  }

  async #start(): Promise<Ask> {
    if (++this.#starts > MOST_STARTS) return (_, answer) => answer({ error: "It died too often" });
    const opening = { ...this.#place, accepted: this.#accepted };
    const onEnd = (): void => {
      this.#started = undefined;
      this.#starting = this.#start();
    };
    const blob = findSnapshot();
    const ask = (blob && (await startProcess(blob, opening, onEnd))) || (await startThread(opening, onEnd));
    this.#started = ask;
    return ask;
  }

  async #serve({ id, method, argument }: LanguageRequest): Promise<void> {
    const answer = (reply: Reply): void =>
      this.#userThread.postMessage({ id, ...reply } satisfies LanguageAnswer);
    try {
      answer({ value: await this.ask(method, argument) });
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** What a cell declared is known for good: another process is told of it, too. */
  #learn({ method, argument }: LanguageRequest, value: unknown): void {
    if (method !== "prepare" || !("cell" in (value as object))) return;
    const { code, expression, module } = argument as PrepareRequest;
    if (!expression && !module) this.#accepted.push(code);
  }

  /** Adds the properties that a value of unknown type has now. */
  async #completed({ untyped, ...completions }: Completions): Promise<Completions> {
    if (!untyped) return completions;
    const id = ++this.#lookups;
    const matches = await new Promise<Completions["matches"]>((resolve) => {
      this.#lookedUp.set(id, resolve);
      setTimeout(resolve, this.#isBusy() ? PATIENCE.busy : PATIENCE.idle, []);
      this.#userThread.postMessage({ id, untyped });
    });
    this.#lookedUp.delete(id);
    return { ...completions, matches };
  }
}
