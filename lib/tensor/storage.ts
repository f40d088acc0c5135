import type { Block } from "../kernels/block.ts";
import { allocate, type DType, type TypedArray } from "./dtype.ts";
import { currentResidents, Seat } from "./residents.ts";

/** From so many elements a float32 tensor lives in the engine's memory; a smaller one is quicker outside. */
export const HEAP_FROM = 256;

/**
 * The values of a tensor, or of several that share them. Small ones, and other element types than float32, lie in an
 * ordinary typed array; the others in the engine's memory (`residents.ts`), as long as there is room.
 *
 * What a user can see stays put: `expose` hands out an ordinary array that is this storage's own from then on, and
 * which the user may even write into.
 */
export class Storage implements Block {
  readonly dtype: DType;
  readonly length: number;
  readonly #base: Storage | undefined;
  readonly #start: number;
  #data: TypedArray | undefined;
  #seat: Seat | undefined;
  #exposed = false;

  /** Use `store`, `adopt` or `slice`. */
  constructor(dtype: DType, length: number, data?: TypedArray, base?: Storage, start = 0) {
    this.dtype = dtype;
    this.length = length;
    this.#data = data;
    this.#base = base;
    this.#start = start;
  }

  /** Room for values that are about to be written; what stands in it now is undefined. */
  static make(dtype: DType, length: number): Storage {
    if (dtype !== "float32" || length < HEAP_FROM) return new Storage(dtype, length, allocate(dtype, length));
    const residents = currentResidents();
    const seat = residents && new Seat(residents, length);
    if (seat === undefined || !seat.home.admit(seat))
      return new Storage(dtype, length, allocate(dtype, length));
    const storage = new Storage(dtype, length);
    storage.#take(seat);
    return storage;
  }

  /** These values, which nobody else will write into. */
  static adopt(data: TypedArray, dtype: DType): Storage {
    return new Storage(dtype, data.length, data);
  }

  /** A part of these values, not copied. */
  slice(start: number, length: number): Storage {
    if (start === 0 && length === this.length) return this;
    const data = this.#data;
    const own = data !== undefined && (this.#exposed || data.length < HEAP_FROM || this.dtype !== "float32");
    if (own) {
      const part = new Storage(this.dtype, length, data.subarray(start, start + length));
      part.#exposed = this.#exposed;
      return part;
    }
    const base = this.#base ?? this;
    return new Storage(this.dtype, length, undefined, base, this.#start + start);
  }

  #take(seat: Seat): void {
    this.#seat = seat;
    if (arena === undefined) seat.owner = new WeakRef(this);
    else arena.push(this);
  }

  /** The values as a view that is valid until the next allocation. */
  array(): TypedArray {
    if (this.#data !== undefined) return this.#data;
    if (this.#base !== undefined) return this.#base.array().subarray(this.#start, this.#start + this.length);
    const seat = this.#seat;
    if (seat?.piece !== undefined) {
      seat.home.touch(seat);
      return seat.view!;
    }
    if (seat?.evicted !== undefined) return seat.evicted;
    throw new Error(
      "Storage: these values were freed; a kernel or a rule kept what an arena had for itself.",
    );
  }

  /** Where the values lie in the engine's memory, brought there if they are worth it; 0 when they are not. */
  get address(): number {
    if (this.dtype !== "float32") return 0;
    if (this.#base !== undefined) {
      const address = this.#base.address;
      return address === 0 ? 0 : address + 4 * this.#start;
    }
    const piece = this.#seat?.piece;
    if (piece === undefined || this.#exposed) return this.length < HEAP_FROM ? 0 : this.#bringIn();
    this.#seat!.home.touch(this.#seat!);
    return piece.address;
  }

  /** Copies the values in. An exposed array is copied each time: a user may have written into it. */
  #bringIn(): number {
    const residents = this.#seat?.home ?? currentResidents();
    if (residents === undefined) return 0;
    const from = this.#data ?? this.#seat?.evicted;
    if (from === undefined) this.array(); // says that it was freed
    const seat = this.#seat ?? new Seat(residents, this.length);
    if (seat.piece === undefined && !residents.admit(seat)) return 0;
    residents.touch(seat);
    seat.view!.set(from!);
    seat.evicted = undefined;
    if (this.#seat === undefined) {
      this.#seat = seat;
      seat.owner = new WeakRef(this); // never an arena's: the values are older than it
    }
    if (!this.#exposed) this.#data = undefined;
    return seat.piece!.address;
  }

  /** An ordinary array of the values that stays theirs for good. */
  expose(): TypedArray {
    if (this.#base !== undefined) {
      return this.#base.expose().subarray(this.#start, this.#start + this.length);
    }
    if (this.#data === undefined) {
      const values = this.array();
      this.#data = this.#seat?.piece === undefined ? values : values.slice();
      this.free();
    }
    this.#exposed = true;
    return this.#data;
  }

  /** Before the values are changed in place: the array that was handed out keeps the old ones. */
  detach(): void {
    if (this.#base !== undefined) this.#base.detach();
    if (!this.#exposed) return;
    this.#exposed = false;
    const moved = this.dtype === "float32" && this.length >= HEAP_FROM && this.#bringIn() !== 0;
    if (!moved) this.#data = this.#data!.slice();
  }

  /** Frees what lies in the engine's memory, at once; for what the library made for itself and never handed out. */
  free(): void {
    const seat = this.#seat;
    if (seat === undefined) return;
    seat.home.leave(seat);
    this.#seat = undefined;
  }

  /** The storage that holds the values: itself, unless it is a part of another. */
  get whole(): Storage {
    return this.#base ?? this;
  }

  /** Hands the storage over to whoever refers to it: to the arena around, or to the garbage collector. */
  release(): void {
    if (this.#seat !== undefined) this.#take(this.#seat);
  }
}

let arena: Storage[] | undefined;

/**
 * Runs `body`; then frees, at once, everything in the engine's memory that was made meanwhile, but what `kept` names.
 * A backward pass runs in one: its many intermediate gradients never wait for the garbage collector.
 */
export function inArena<R>(body: () => R, kept: (result: R) => Iterable<Storage>): R {
  const outer = arena;
  const made: Storage[] = [];
  arena = made;
  let result: R;
  const keep = new Set<Storage>();
  try {
    result = body();
    for (const storage of kept(result)) keep.add(storage.whole);
  } finally {
    arena = outer;
    for (const storage of made) {
      if (keep.has(storage)) storage.release();
      else storage.free();
    }
  }
  return result;
}

/** Leaves what an interrupt broke off: what was made there is for the garbage collector. */
export function leaveArenas(): void {
  const made = arena;
  arena = undefined;
  for (const storage of made ?? []) storage.release();
}
