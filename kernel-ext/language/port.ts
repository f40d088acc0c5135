// The language as those see it who ask for it: over a port from another thread, where answers come by number.
import type { MessagePort } from "node:worker_threads";
import type {
  Completeness,
  CompleteRequest,
  Completions,
  Description,
  InspectRequest,
  Language,
  Prepared,
  PrepareRequest,
  PropertiesRequest,
} from "./language.ts";

export interface LanguageRequest {
  readonly id: number;
  readonly method: keyof Language;
  readonly argument: never;
}

export type LanguageAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** What a completion asks of the user thread. */
interface PropertiesQuestion {
  readonly id: number;
  readonly untyped: PropertiesRequest;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export type AskLanguage = (method: keyof Language, argument: unknown) => Promise<unknown>;

export class AskedLanguage implements Language {
  readonly #ask: AskLanguage;

  constructor(ask: AskLanguage) {
    this.#ask = ask;
  }

  prepare(request: PrepareRequest): Promise<Prepared> {
    return this.#ask("prepare", request) as Promise<Prepared>;
  }

  complete(request: CompleteRequest): Promise<Completions> {
    return this.#ask("complete", request) as Promise<Completions>;
  }

  inspect(request: InspectRequest): Promise<Description | undefined> {
    return this.#ask("inspect", request) as Promise<Description | undefined>;
  }

  isComplete(request: { code: string }): Promise<Completeness> {
    return this.#ask("isComplete", request) as Promise<Completeness>;
  }
}

export class PortLanguage extends AskedLanguage {
  #id = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor(port: MessagePort) {
    super(
      (method, argument) =>
        new Promise((resolve, reject) => {
          const id = ++this.#id;
          this.#waiting.set(id, { resolve, reject });
          port.postMessage({ id, method, argument });
        }),
    );
    port.on("message", (answer: LanguageAnswer | PropertiesQuestion) => {
      if ("untyped" in answer) {
        port.postMessage({ id: answer.id, properties: this.properties(answer.untyped) });
        return;
      }
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ("error" in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.value);
    });
    port.unref();
  }

  /** The properties that the value at this path has now; the user thread knows. */
  properties: (wanted: PropertiesRequest) => Completions["matches"] = () => [];
}
