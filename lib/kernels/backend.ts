/** The public side of the engine: which twin computes. */
export { type Backend, backend } from "./engine.ts";
