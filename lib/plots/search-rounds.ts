// A beam search round by round: who was kept, who was pruned, and by how much.
import { type Figure, figure } from "./figure.ts";
import { checkWhole } from "./layers.ts";
import { GREY, PALETTE } from "./theme.ts";
import type { Scatter, Trace } from "./traces.ts";

/** One way that a search looked at, as `beamSearch` shows it. */
export interface Lengthened {
  readonly tokens: readonly number[];
  readonly logProbability: number;
  readonly kept: boolean;
}

export interface SearchRoundsOptions {
  readonly title?: string;
  /** How many rounds are drawn; all unless given. The others keep their room. */
  readonly shown?: number;
  /** The sequence that was found in the end: its way is drawn thick. */
  readonly found?: readonly number[];
  /** How many of the pruned are drawn in each round; 2 unless given. */
  readonly pruned?: number;
  /** How many ranks there is room for, where fewer are drawn: the picture keeps its size while the beam grows. */
  readonly room?: number;
  /** What the token of each round is; "token" unless given. */
  readonly x?: string;
}

/** A candidate where it is drawn: its round from 1, its rank from 1. */
interface Place extends Lengthened {
  readonly round: number;
  readonly rank: number;
  readonly look: Look;
}

const LOOKS = {
  pruned: { name: "pruned at once", color: GREY, line: 1, opacity: 0.5, disc: 16 },
  kept: { name: "kept for a while", color: PALETTE[0]!, line: 1.5, opacity: 0.7, disc: 20 },
  found: { name: "what it found in the end", color: PALETTE[1]!, line: 4, opacity: 1, disc: 22 },
} as const;
type Look = keyof typeof LOOKS;
/** Pixels from one rank to the next, and what stands above and below them all. */
const [RANK, AROUND] = [46, 130];
/** Letters on the discs: at least 4.4 : 1 on each colour. */
const INK = "#111111";

/**
 * What a beam search looked at, round by round from the left, the likeliest on top: kept candidates, those pruned first, ln P
 * below each. The way to what was found in the end is thick, also where others were ahead of it.
 *
 * @example
 * const rounds = [];
 * const [found] = beamSearch(model, { width: 3, length: 8, onStep: (candidates) => rounds.push(candidates) });
 * searchRounds(rounds, (token) => letters[token], { found: found.tokens });
 */
export function searchRounds(
  rounds: readonly (readonly Lengthened[])[],
  letter: (token: number) => string,
  options: SearchRoundsOptions = {},
): Figure {
  const {
    title = "Beam search",
    shown = rounds.length,
    found = [],
    pruned = 2,
    room = 1,
    x = "token",
  } = options;
  if (rounds.length === 0) throw new RangeError("searchRounds: there is no round to draw.");
  checkWhole("searchRounds", "shown", shown);
  const ranked = rounds.map((round, at) => placed(round, at + 1, found, pruned));
  const drawn = ranked.slice(0, shown);
  const rows = Math.max(room, ...ranked.map((round) => round.length));
  const places = new Map(drawn.flat().map((place) => [nameOf(place.tokens), place]));
  const looks = Object.keys(LOOKS) as Look[];
  const of = (look: Look): Place[] => drawn.flat().filter((place) => place.look === look);
  return figure(
    [
      ...looks.map((look) => lines(of(look), look, places)),
      ...looks.map((look) => discs(of(look), look, letter)),
      numbers(drawn.flat()),
    ],
    {
      title,
      xaxis: { title: x, range: [-0.4, rounds.length + 0.5], dtick: 1, showgrid: false, zeroline: false },
      yaxis: {
        title: "rank (below each: ln P)",
        range: [rows + 0.7, 0.5],
        dtick: 1,
        showgrid: false,
        zeroline: false,
      },
      showlegend: true,
      legend: { orientation: "h", x: 0, y: -50 / (RANK * rows), yanchor: "top" },
      height: AROUND + RANK * rows,
      margin: { b: 80 },
    },
  );
}

const nameOf = (tokens: readonly number[]): string => tokens.join(" ");

/** All that were kept, and the likeliest of the others. */
function placed(round: readonly Lengthened[], at: number, found: readonly number[], pruned: number): Place[] {
  let others = 0;
  const shown = round.filter(({ kept }) => kept || others++ < pruned);
  const onTheWay = nameOf(found.slice(0, at));
  return shown.map((one, i): Place => {
    const look = nameOf(one.tokens) === onTheWay ? "found" : one.kept ? "kept" : "pruned";
    return { ...one, round: at, rank: i + 1, look };
  });
}

/** From each to what it lengthened; all began at one place. */
function lines(ends: readonly Place[], look: Look, places: ReadonlyMap<string, Place>): Trace {
  const from = ends.map(({ tokens }) => places.get(nameOf(tokens.slice(0, -1))) ?? { round: 0, rank: 1 });
  const { color, line, opacity } = LOOKS[look];
  return {
    type: "scatter",
    mode: "lines",
    x: ends.flatMap(({ round }, i) => [from[i]!.round, round, null]),
    y: ends.flatMap(({ rank }, i) => [from[i]!.rank, rank, null]),
    line: { color, width: line },
    opacity,
    hoverinfo: "skip",
    showlegend: false,
  };
}

function discs(places: readonly Place[], look: Look, letter: (token: number) => string): Scatter {
  const { name, color, disc } = LOOKS[look];
  return {
    type: "scatter",
    mode: "markers+text",
    name,
    x: places.map(({ round }) => round),
    y: places.map(({ rank }) => rank),
    text: places.map(({ tokens }) => letter(tokens.at(-1)!)),
    textposition: "middle center",
    textfont: { color: INK, size: 13 },
    marker: { color, size: disc, line: { width: 0 } },
    hovertext: places.map(
      ({ tokens, logProbability }) => `${tokens.map(letter).join("")}: ln P = ${written(logProbability)}`,
    ),
    hovertemplate: "%{hovertext}<extra></extra>",
  };
}

/** ln P below each disc. */
function numbers(places: readonly Place[]): Trace {
  return {
    type: "scatter",
    mode: "text",
    x: places.map(({ round }) => round),
    y: places.map(({ rank }) => rank + 0.4),
    text: places.map(({ logProbability }) => written(logProbability)),
    textposition: "middle center",
    textfont: { color: GREY, size: 10 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

const written = (value: number): string => value.toFixed(1).replace("-", "−");
