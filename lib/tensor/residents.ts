import { totalmem } from "node:os";
import { engine } from "../kernels/engine.ts";
import { reclaim } from "./garbage.ts";
import { Heap, type Piece, type Space } from "./heap.ts";

const MB = 2 ** 20;
const RECENT = 64; // what was touched so lately may be an operand of the running kernel and stays
const FIRST_BUDGET = 8 * MB; // small, so that a small model's dead tensors never amount to more
const MANY = 64; // pieces of the greatest size there was: a large model's dead are not looked for at every step
const COMFORT = 128 * MB;

/**
 * Where a tensor's values are: in a piece of the heap, or, once they had to leave it, in an array of their own. The
 * list of residents refers to the seat, the seat only weakly to its tensor; a seat that has left the list is its
 * tensor's alone, so the array goes when the tensor goes.
 */
export class Seat {
  readonly home: Residents;
  readonly length: number;
  /** The storage that sits here; absent while it belongs to an arena, which frees it at a known time. */
  owner: WeakRef<object> | undefined;
  piece: Piece | undefined;
  evicted: Float32Array | undefined;
  /** When it was last used. */
  touched = 0;
  /** Its place in the list of residents. */
  place = -1;

  #view: Float32Array | undefined;

  constructor(home: Residents, length: number) {
    this.home = home;
    this.length = length;
  }

  /** The values, as long as it has a piece; most tensors are only known by their address. */
  get view(): Float32Array | undefined {
    if (this.piece === undefined) return undefined;
    this.#view ??= this.home.heap.view(this.piece.address, this.length);
    return this.#view;
  }

  /** Has, or has no longer, a piece. */
  sit(piece: Piece | undefined): void {
    this.piece = piece;
    this.#view = undefined;
  }
}

/**
 * The heap as a cache: every tensor that sits in it, and when each was last used. When it is full, the dead ones are
 * found (`reclaim`), the heap is given more of the memory it may have, and at the limit those that were not used for
 * longest are copied out.
 */
export class Residents {
  readonly heap: Heap;
  readonly #base: number;
  readonly #most: number;
  readonly #seats: Seat[] = [];
  #clock = 0;
  #budget: number;
  #sinceReclaim = 0;
  #greatest = 0;

  constructor(space: Space, limit: number) {
    this.#base = space.heapBase;
    this.#most = limit;
    this.#budget = Math.min(FIRST_BUDGET, limit);
    this.heap = new Heap(space, this.#base + this.#budget);
  }

  get count(): number {
    return this.#seats.length;
  }

  touch(seat: Seat): void {
    seat.touched = ++this.#clock;
  }

  /** Puts a seat into the heap; false where there is no room for it. What stands in it is left over from before. */
  admit(seat: Seat): boolean {
    const bytes = 4 * seat.length;
    const piece = this.heap.take(bytes) ?? this.#makeRoom(bytes);
    if (piece === undefined) return false;
    this.#sinceReclaim += piece.bytes;
    if (piece.bytes > this.#greatest) this.#greatest = piece.bytes;
    seat.sit(piece);
    seat.place = this.#seats.length;
    seat.touched = ++this.#clock;
    this.#seats.push(seat);
    return true;
  }

  /** Takes a seat out of the heap; its piece is for others. */
  leave(seat: Seat): void {
    if (seat.piece === undefined) return;
    this.heap.give(seat.piece);
    seat.sit(undefined);
    const last = this.#seats.pop()!;
    if (last !== seat) {
      this.#seats[seat.place] = last;
      last.place = seat.place;
    }
  }

  #makeRoom(bytes: number): Piece | undefined {
    if (bytes > this.#most) return undefined;
    const comfort = Math.min(COMFORT, MANY * this.#greatest, this.#most);
    if (this.#budget < comfort) this.#spend(comfort);
    // Looking for the dead costs 4 to 10 ms, so it must be worth it.
    else if (this.#sinceReclaim > this.#budget / 4) this.#sweep();
    for (;;) {
      const roomy = this.heap.used + bytes <= this.#budget / 2 || this.#budget >= this.#most;
      const piece = roomy ? this.heap.take(bytes) : undefined;
      if (piece !== undefined) return piece;
      if (this.#budget >= this.#most) break;
      this.#spend(2 * this.#budget);
    }
    return this.#evict(bytes);
  }

  #spend(bytes: number): void {
    this.#budget = Math.min(bytes, this.#most);
    this.heap.limit = this.#base + this.#budget;
  }

  #sweep(): void {
    this.#sinceReclaim = 0;
    reclaim();
    for (let i = this.#seats.length - 1; i >= 0; i--) {
      const seat = this.#seats[i]!;
      if (seat.owner !== undefined && seat.owner.deref() === undefined) this.leave(seat);
    }
  }

  /** Copies the longest unused out, an eighth of the heap at a time, until a piece fits. */
  #evict(bytes: number): Piece | undefined {
    const settled = this.#seats.filter((seat) => seat.touched < this.#clock - RECENT);
    settled.sort((a, b) => b.touched - a.touched);
    while (settled.length > 0) {
      const goal = this.heap.used - Math.max(bytes, this.#budget / 8);
      while (settled.length > 0 && this.heap.used > goal) {
        const seat = settled.pop()!;
        seat.evicted = seat.view!.slice();
        this.leave(seat);
      }
      const piece = this.heap.take(bytes);
      if (piece !== undefined) return piece;
    }
    return undefined;
  }
}

let residents: Residents | undefined;
let looked = false;

/** The tensors in the engine's memory; nothing where there is no engine. */
export function currentResidents(): Residents | undefined {
  if (!looked) {
    looked = true;
    const space = engine();
    if (space !== undefined) residents = new Residents(space, heapLimit());
  }
  return residents;
}

/** Lets tensors live in another memory, or (with nothing) outside; the returned function puts the old one back. */
export function useResidents(other: Residents | undefined): () => void {
  const before = currentResidents();
  residents = other;
  return () => {
    residents = before;
  };
}

/** How many bytes tensors may take of the engine's memory: GRADBOOK_HEAP_MB, else an eighth of RAM up to 1 GiB. */
function heapLimit(): number {
  const set = process.env.GRADBOOK_HEAP_MB;
  if (set === undefined || set === "") return Math.min(totalmem() / 8, 1024 * MB);
  const megabytes = Number(set);
  if (megabytes >= 1 && megabytes <= 3072) return megabytes * MB;
  throw new RangeError(`GRADBOOK_HEAP_MB=${set}: it must be a number of megabytes from 1 to 3072.`);
}
