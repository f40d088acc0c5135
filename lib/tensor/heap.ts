/** A memory that grows, and where its free part begins. */
export interface Space {
  readonly memory: WebAssembly.Memory;
  readonly heapBase: number;
  /** Waits for threads that an interrupt left writing, before their piece goes to somebody else. */
  settle?(): void;
}

/** A piece of the heap. Its size is what was asked for, rounded up to a size class. */
export interface Piece {
  readonly address: number;
  readonly bytes: number;
}

const PAGE = 65_536;
const SMALLEST = 1024;
const GROWTH = 16 * 2 ** 20; // at least so much at a time: growing a shared memory takes 10 µs

/**
 * Bytes rounded up so that three binary digits follow the first: a training step asks for the same few sizes again
 * and again and finds the pieces of the step before, and no piece wastes more than an eighth.
 */
export function sizeClass(bytes: number): number {
  if (bytes <= SMALLEST) return SMALLEST;
  const step = 2 ** (28 - Math.clz32(bytes)); // an eighth of the greatest power of two within
  return Math.ceil(bytes / step) * step;
}

/**
 * Pieces of one WebAssembly memory. Given-back pieces wait in a list for each size; when none fits, neighbours are
 * joined and the best fit is cut. It knows nothing of tensors: what to give back when it is full is `Residents`' matter.
 */
export class Heap {
  readonly #space: Space;
  readonly #free = new Map<number, number[]>();
  #next: number;
  #buffer: ArrayBufferLike;
  /** How far it may reach now; `limit` can be raised. */
  limit: number;
  /** Bytes in pieces that are taken. */
  used = 0;

  constructor(space: Space, limit: number) {
    this.#space = space;
    this.#next = Math.ceil(space.heapBase / 64) * 64;
    this.#buffer = space.memory.buffer;
    this.limit = limit;
  }

  /** A view of memory. Growing leaves views of a shared memory valid, but they do not reach what is new. */
  view(address: number, length: number): Float32Array {
    if (address + 4 * length > this.#buffer.byteLength) this.#buffer = this.#space.memory.buffer;
    return new Float32Array(this.#buffer, address, length);
  }

  /** A piece of at least so many bytes; nothing when there is no room. */
  take(bytes: number): Piece | undefined {
    this.#space.settle?.();
    const wanted = sizeClass(bytes);
    const address = this.#free.get(wanted)?.pop() ?? this.#extend(wanted);
    const piece = address === undefined ? this.#cut(wanted) : { address, bytes: wanted };
    if (piece !== undefined) this.used += piece.bytes;
    return piece;
  }

  give({ address, bytes }: Piece): void {
    this.used -= bytes;
    this.#put(address, bytes);
  }

  #put(address: number, bytes: number): void {
    const list = this.#free.get(bytes);
    if (list === undefined) this.#free.set(bytes, [address]);
    else list.push(address);
  }

  /** New ground at the end. */
  #extend(bytes: number): number | undefined {
    const end = this.#next + bytes;
    if (end > this.limit) return undefined;
    const missing = end - this.#space.memory.buffer.byteLength;
    if (missing > 0 && !this.#grow(Math.max(missing, GROWTH)) && !this.#grow(missing)) return undefined;
    const address = this.#next;
    this.#next = end;
    return address;
  }

  #grow(bytes: number): boolean {
    try {
      this.#space.memory.grow(Math.ceil(bytes / PAGE));
    } catch {
      return false; // a RangeError: the memory's maximum, or the machine's
    }
    this.#buffer = this.#space.memory.buffer;
    return true;
  }

  /** Joins free neighbours, takes the smallest that is large enough, and puts back what is left of it. */
  #cut(wanted: number): Piece | undefined {
    this.#join();
    const fits = [...this.#free].filter(([bytes, list]) => bytes >= wanted && list.length > 0);
    if (fits.length === 0) {
      const address = this.#extend(wanted);
      return address === undefined ? undefined : { address, bytes: wanted };
    }
    const [bytes, list] = fits.reduce((least, one) => (one[0] < least[0] ? one : least));
    const address = list.pop()!;
    const left = bytes - wanted;
    if (left < SMALLEST) return { address, bytes };
    this.#put(address + wanted, left);
    return { address, bytes: wanted };
  }

  #join(): void {
    const pieces = [...this.#free].flatMap(([bytes, list]) => list.map((address) => ({ address, bytes })));
    pieces.sort((a, b) => a.address - b.address);
    this.#free.clear();
    let run = { address: 0, bytes: 0 };
    for (const piece of [...pieces, { address: Infinity, bytes: 0 }]) {
      if (piece.address === run.address + run.bytes) {
        run.bytes += piece.bytes;
        continue;
      }
      if (run.address + run.bytes === this.#next) this.#next = run.address;
      else if (run.bytes > 0) this.#put(run.address, run.bytes);
      run = { ...piece };
    }
  }
}
