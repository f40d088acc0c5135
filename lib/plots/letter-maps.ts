import type { Range } from "../tensor/picture.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import { type Figure, type Panel, panelled } from "./figure.ts";
import { tensorOf, type Values } from "./series.ts";
import { DIVERGING, SEQUENTIAL } from "./theme.ts";
import type { Trace } from "./traces.ts";

/** Numbers [units, letters], and the numbers at the ends of their colours. */
export interface LetterMap {
  readonly values: Values;
  readonly range: Range;
}

export interface LetterMapsOptions {
  readonly title?: string;
  /** How many letters there is room for, where fewer come: letters keep their width while a text grows. */
  readonly room?: number;
  /** What a row of every map is; "unit" unless given. */
  readonly y?: string;
}

/** The free part below each map, in shares of a map's height. */
const GAP = 0.12;

/**
 * What a network's units do at each letter of a text: a map for each name, below each other, the letters at the bottom.
 * A map of both signs has grey at zero.
 *
 * @example letterMaps([..."the whale"], { "forget gate": { values: forget, range: [0, 1] } })
 */
export function letterMaps(
  letters: readonly string[],
  maps: Readonly<Record<string, LetterMap>>,
  { title = "Units by letter", room = letters.length, y = "unit" }: LetterMapsOptions = {},
): Figure {
  const names = Object.keys(maps);
  const height = 1 / (names.length + GAP * (names.length - 1));
  const traces: Trace[] = [];
  const panels = names.map((name, k): Panel => {
    const { values, range } = maps[name]!;
    const z = letters.length === 0 ? undefined : tensorOf("letterMaps", values);
    if (z && (z.rank !== 2 || z.shape[1] !== letters.length)) {
      throw new ShapeError(
        `letterMaps: "${name}" is [units, letters], ${letters.length} letters wide, not ${formatShape(z.shape)}.`,
      );
    }
    const top = 1 - k * height * (1 + GAP);
    const [low, high] = range;
    const place = k === 0 ? {} : { xaxis: `x${k + 1}`, yaxis: `y${k + 1}` };
    const scale = low < 0 ? { colorscale: DIVERGING, zmid: 0 } : { colorscale: SEQUENTIAL };
    traces.push({
      type: "heatmap",
      // Of no letter, a column that lies beyond the axis keeps the rows, and the strip of colours beside them.
      ...(z ? { z } : { z: Array.from(values as readonly unknown[], () => [low]), x: [-2] }),
      ...scale,
      zmin: low,
      zmax: high,
      colorbar: {
        title: { text: "" },
        thickness: 10,
        outlinewidth: 0,
        len: height,
        y: top - height / 2,
        nticks: 3,
      },
      hovertemplate: `${y} %{y}: %{z:.2f}<extra>${name}</extra>`,
      ...place,
    });
    const last = k === names.length - 1;
    return {
      across: [0, 1],
      up: [Math.max(0, top - height), top],
      xaxis: {
        title: last ? "letter read (␣: a space or a line's end)" : "",
        range: [-0.5, Math.max(room, letters.length, 1) - 0.5],
        tickvals: letters.map((_, i) => i),
        ticktext: letters.map(visible),
        tickangle: 0,
        tickfont: { size: 12 },
        showticklabels: last,
        showgrid: false,
        zeroline: false,
      },
      yaxis: {
        title: `${name}<br>${y}`,
        autorange: "reversed",
        showgrid: false,
        zeroline: false,
      },
    };
  });
  return panelled(traces, panels, { title, height: 110 + 130 * names.length, showlegend: false });
}

/** Spaces have no look of their own. */
const visible = (letter: string): string => (/^\s$/.test(letter) ? "␣" : letter);
