// The session's top-level names: one plain object that inherits nothing.

export type Names = Record<string, unknown>;
type ModuleNamespace = Readonly<Record<string, unknown>>;
export type Binding = readonly [local: string, imported: string];

export function createNames(): Names {
  const names: object = Object.create(null);
  return names as Names;
}

/**
 * Makes reading and writing names as quick as fields. V8 keeps an object without a prototype, with many
 * properties or with deleted ones as a hash table, ten times slower in loops, but never a constructor's
 * prototype: so it becomes one for a moment (17 µs with 800 names).
 */
export function quicken(names: Names, declared: readonly string[]): void {
  // What the cell is about to declare has its place beforehand: a property that comes later undoes all this.
  for (const name of declared) if (!(name in names)) names[name] = undefined;
  const Shape = function (this: unknown): void {};
  Shape.prototype = names;
  Reflect.construct(Shape, []);
}

/** Where a loop on copies of names leaves its numbers; see language/loops.ts. */
export class LoopBox {
  #boxed: readonly string[] = [];
  #box: Float64Array = new Float64Array(1);

  open(boxed: readonly string[]): Float64Array {
    this.#boxed = boxed;
    this.#box = new Float64Array(boxed.length + 1);
    return this.#box;
  }

  close(): void {
    this.#boxed = [];
  }

  /** Gives the names what the loop had when it was cut off. */
  empty(names: Names): void {
    const hasAny = this.#box[this.#boxed.length] === 1;
    if (hasAny) for (const [n, name] of this.#boxed.entries()) names[name] = this.#box[n];
    this.close();
  }
}

/** Binds imported names as ESM does: reading one reads the module's. Declaring one again replaces it. */
export function bindImports(names: Names, module: ModuleNamespace, bindings: readonly Binding[]): void {
  for (const [local, imported] of bindings) {
    Object.defineProperty(names, local, {
      get: reader(module, imported),
      set: (value: unknown) => {
        Object.defineProperty(names, local, { value, writable: true, enumerable: true, configurable: true });
      },
      enumerable: true,
      configurable: true,
    });
  }
}

function reader(module: ModuleNamespace, imported: string): () => unknown {
  if (imported === "*") return () => module;
  if (imported in module) return () => module[imported];
  // CommonJS whose exports Node could not see from outside.
  const whole = module.default;
  if (isObject(whole) && imported in whole) return () => whole[imported];
  if (imported === "default") return () => module;
  // Perhaps a type, which nothing reads; so it is too early to complain.
  return () => {
    throw new SyntaxError(`The imported module has no export named "${imported}"`);
  };
}

function isObject(value: unknown): value is ModuleNamespace {
  return (typeof value === "object" || typeof value === "function") && value !== null;
}
