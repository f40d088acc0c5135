// A checker that starts from the snapshot has seen everything but run nothing often: its first cells of a kind take
// five times as long as later ones. So it rehearses while nobody asks, a few milliseconds at a time.
import type { PrepareRequest } from "./language.ts";
import type { Answer } from "./serve.ts";

const CELL = `interface Item { readonly id: number; tags?: string[] }
type Key = keyof Item;
class Box<T extends Item> { constructor(private readonly items: T[]) {} get first(): T | undefined { return this.items[0] } }
function total<T extends Item>(items: readonly T[]): number { return items.reduce((sum, item) => sum + item.id, 0) }
const { id, tags = [] } = { id: 1 } as Item;
let text = \`\${total([{ id: 1 }, { id }])} \${tags.map((tag) => tag.toUpperCase()).join()}\`;
for (const [n, value] of [1, 2, 3].entries()) if (value > n) text += value.toFixed(2);
const later = async (): Promise<Map<string, number>> => new Map([["a", await Promise.resolve(1)]]);
new Box([{ id }]).first?.tags ?? text.length + (await later()).size`;
/** More would leave more in memory than they save in time. */
const TIMES = 50;
/** Nobody asks for so long (ms) before it begins; and then between two times. */
const QUIET = 100;
const PAUSE = 5;

/** A module is checked and an expression rewritten, and no cell will see either. */
const WAYS: readonly Partial<PrepareRequest>[] = [{ module: "node" }, { expression: true }];

/** Returns what is to be called at each request. */
export function rehearse(answer: Answer): () => void {
  let times = 0;
  const again = (pause: number): NodeJS.Timeout =>
    setTimeout(() => {
      const way = WAYS[times % WAYS.length];
      answer({ id: 0, method: "prepare", argument: { code: CELL, ...way } as never });
      if (++times < TIMES) timer = again(PAUSE);
    }, pause).unref();
  let timer = again(QUIET);
  return () => {
    if (times === TIMES) return;
    clearTimeout(timer);
    timer = again(QUIET);
  };
}
