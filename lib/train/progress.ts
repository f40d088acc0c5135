import { escapeHtml, type MimeBundle } from "../display.ts";
import { short } from "./history.ts";

/** Where training stands. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps taken so far, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Steps taken in this epoch, and how many it has. */
  readonly batch: number;
  readonly batches: number;
  /** The exponentially weighted average of the batches' losses. */
  readonly loss: number;
  /** This batch's own loss. */
  readonly batchLoss: number;
  readonly rate: number;
  /** Means over this epoch so far, and what validation found last. */
  readonly metrics: Readonly<Record<string, number>>;
  /** In seconds; how long it will take yet is guessed from how long it took. */
  readonly elapsed: number;
  readonly remaining: number;
}

/** One line that says where training stands. */
export function progressLine(progress: Progress, width = 20): string {
  const { batch, batches } = progress;
  const done = Math.round((width * batch) / Math.max(1, batches));
  const bar = "━".repeat(done) + "─".repeat(width - done);
  return [
    `${epochOf(progress)} ${bar} ${batch}/${batches}`,
    ...figures(progress).map(words),
    time(progress),
  ].join("  ");
}

/** The same for a page: a bar that has its theme's colours, and figures that do not jump as they change. */
export function progressHtml(progress: Progress): string {
  const { batch, batches } = progress;
  const share = (batch / Math.max(1, batches)).toFixed(3);
  const bar = `<progress value="${share}" max="1" style="width: 10em"></progress>`;
  const place = `${epochOf(progress)} ${bar} ${batch}/${batches}`;
  const parts = [...figures(progress).map((figure) => escapeHtml(words(figure))), time(progress)];
  const cells = [place, ...parts].map((part) => `<span style="white-space: nowrap">${part}</span>`);
  return `<div style="font-variant-numeric: tabular-nums">${cells.join(" &ensp;")}</div>`;
}

/** What is left standing when training has ended: how far it came, what it reached, and why it ended. */
export function lastLine(progress: Progress, stopped?: string): string {
  const { epoch, epochs, batch, batches, elapsed } = progress;
  const whole = batch === batches;
  const all = whole && epoch === epochs;
  const place = all ? `${epochs} epoch${epochs === 1 ? "" : "s"}` : `epoch ${epoch} of ${epochs}`;
  const within = whole ? "" : `, step ${batch} of ${batches}`;
  const why = stopped === undefined || all ? "" : `; ${stopped}`;
  return `${place}${within} in ${duration(elapsed)}: ${figures(progress).map(words).join(", ")}${why}`;
}

/** A look that says both. */
export function progressLook(progress: Progress): MimeBundle {
  return { "text/plain": progressLine(progress), "text/html": progressHtml(progress) };
}

const epochOf = ({ epoch, epochs }: Progress): string => `epoch ${epoch}/${epochs}`;
const words = ([name, value]: readonly [string, number]): string => `${name} ${short(value)}`;

function figures({ loss, metrics, rate }: Progress): [string, number][] {
  return [["loss", loss], ...Object.entries(metrics), ["rate", rate]];
}

function time({ remaining, elapsed }: Progress): string {
  return remaining > 0 ? `${duration(remaining)} left` : duration(elapsed);
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
