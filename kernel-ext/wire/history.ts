// What was run, for the up arrow and for searches. In memory for now.
import type { Content } from "./message.ts";

type Entry = readonly [session: number, line: number, source: string];

export class History {
  readonly #entries: Entry[] = [];

  add(line: number, source: string): void {
    this.#entries.push([1, line, source]);
  }

  /** Answers a `history_request`: the last `n`, a range of lines, or those that match a glob. */
  answer(request: Content): Content {
    const count = typeof request.n === "number" ? request.n : this.#entries.length;
    const entries = this.#select(request, Math.max(0, count));
    const withOutput = request.output === true;
    return {
      status: "ok",
      history: entries.map(([session, line, source]) => [
        session,
        line,
        withOutput ? [source, null] : source,
      ]),
    };
  }

  #select(request: Content, count: number): readonly Entry[] {
    switch (request.hist_access_type) {
      case "range": {
        const session = Number(request.session ?? 0);
        // Sessions are numbered from 1; 0 is this one and -1 the one before, which we do not have.
        if (session !== 0 && session !== 1) return [];
        const start = Number(request.start ?? 0);
        const stop = Number(request.stop ?? Number.POSITIVE_INFINITY);
        return this.#entries.filter(([, line]) => line >= start && line < stop);
      }
      case "search": {
        const pattern = globToRegExp(String(request.pattern ?? "*"));
        let found = this.#entries.filter(([, , source]) => pattern.test(source));
        if (request.unique === true) {
          found = [...new Map(found.map((entry) => [entry[2], entry])).values()];
        }
        return found.slice(found.length - Math.min(count, found.length));
      }
      default:
        return this.#entries.slice(this.#entries.length - Math.min(count, this.#entries.length));
    }
  }
}

function globToRegExp(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
}
