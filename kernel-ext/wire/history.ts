// What was run, for the up arrow and for searches: this session in memory, the ones before in a file.
import type { HistoryFile, Line } from "./history-file.ts";
import type { Content } from "./message.ts";

interface Entry extends Line {
  readonly session: number;
}

export class History {
  readonly #file: HistoryFile | undefined;
  readonly #own: Line[] = [];
  #earlier: readonly Entry[] | undefined;

  constructor(file?: HistoryFile) {
    this.#file = file;
  }

  add(line: number, source: string): void {
    this.#own.push({ line, source });
  }

  /** The cell of this line has ended, with this text as its result. */
  finish(line: number, output?: string): void {
    const entry = this.#own.findLast((own) => own.line === line);
    if (!entry) return;
    if (output !== undefined) entry.output = output;
    this.#file?.append(entry);
  }

  close(): void {
    this.#file?.close();
  }

  /** Answers a `history_request`: the last `n`, a range of lines, or those that match a glob. */
  answer(request: Content): Content {
    const count =
      typeof request.n === "number" && request.n >= 0 ? Math.floor(request.n) : Number.POSITIVE_INFINITY;
    const withOutput = request.output === true;
    return {
      status: "ok",
      history: this.#select(request, count).map(({ session, line, source, output }) => [
        session,
        line,
        withOutput ? [source, output ?? null] : source,
      ]),
    };
  }

  #select(request: Content, count: number): readonly Entry[] {
    const all = this.#entries();
    switch (request.hist_access_type) {
      case "range": {
        const wanted = Number(request.session ?? 0);
        // Sessions are numbered from 1; 0 is this one, -1 the one before.
        const session = wanted > 0 ? wanted : this.#session() + wanted;
        const start = Number(request.start ?? 0);
        const stop = Number(request.stop ?? Number.POSITIVE_INFINITY);
        return all.filter((entry) => entry.session === session && entry.line >= start && entry.line < stop);
      }
      case "search": {
        const matches = globMatcher(String(request.pattern ?? "*"));
        let found = all.filter(({ source }) => matches(source));
        if (request.unique === true) {
          // The newest of each stays, at its place.
          const newest = new Map(found.map((entry) => [entry.source, entry]));
          found = found.filter((entry) => newest.get(entry.source) === entry);
        }
        return last(found, count);
      }
      default:
        return last(all, count);
    }
  }

  #entries(): Entry[] {
    this.#earlier ??= numbered(this.#file?.earlier() ?? []);
    const session = this.#session();
    return [...this.#earlier, ...this.#own.map((line) => ({ ...line, session }))];
  }

  #session(): number {
    return (this.#earlier?.at(-1)?.session ?? 0) + 1;
  }
}

function numbered(sessions: readonly (readonly Line[])[]): Entry[] {
  return sessions.flatMap((lines, index) => lines.map((line) => ({ ...line, session: index + 1 })));
}

function last<T>(items: readonly T[], count: number): readonly T[] {
  return items.slice(items.length - Math.min(count, items.length));
}

/** `*` stands for any text, `?` for one character; linear in the text but for the stars' retries. */
function globMatcher(glob: string): (text: string) => boolean {
  return (text) => {
    let [at, from, star, retry] = [0, 0, -1, 0];
    while (at < text.length) {
      if (from < glob.length && glob[from] === "*") {
        star = from++;
        retry = at;
      } else if (from < glob.length && (glob[from] === "?" || glob[from] === text[at])) {
        from++;
        at++;
      } else if (star >= 0) {
        from = star + 1;
        at = ++retry;
      } else return false;
    }
    while (glob[from] === "*") from++;
    return from === glob.length;
  };
}
