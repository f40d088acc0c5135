import { type Figure, figure, type Json } from "./figure.ts";
import { GREY, PALETTE } from "./theme.ts";
import type { Trace } from "./traces.ts";

/** A place of a tree, and what hangs below it. */
export interface TreeNode {
  readonly label: string;
  /** What stands on the line to it, such as a probability. */
  readonly edge?: string;
  /** Whether it belongs to what was chosen: drawn in colour. */
  readonly marked?: boolean;
  readonly children?: readonly TreeNode[];
}

interface Placed {
  readonly node: TreeNode;
  readonly x: number;
  readonly y: number;
  readonly parent: Placed | undefined;
}

export interface TreeOptions {
  readonly title?: string;
  /** How tall it is drawn, in pixels; as its leaves need unless given. */
  readonly height?: number;
}

/**
 * A tree from left to right, such as what a beam search looked at: leaves evenly spaced, parents in the middle of their children,
 * the marked places and the lines to them in colour.
 *
 * @example tree({ label: "the", children: [{ label: "cat", edge: "0.4", marked: true }, { label: "dog", edge: "0.3" }] })
 */
export function tree(root: TreeNode, { title = "Tree", height }: TreeOptions = {}): Figure {
  if (typeof root?.label !== "string") {
    throw new TypeError('tree: it takes its root, { label: "a", children: [{ label: "b" }] }.');
  }
  const placed: Placed[] = [];
  let leaves = 0;
  const place = (
    node: TreeNode,
    depth: number,
  ): { readonly y: number; readonly settle: (parent: Placed | undefined) => void } => {
    const below = (node.children ?? []).map((child) => place(child, depth + 1));
    const y = below.length === 0 ? leaves++ : (below[0]!.y + below.at(-1)!.y) / 2;
    return {
      y,
      settle: (parent) => {
        const own = { node, x: depth, y, parent };
        placed.push(own);
        for (const child of below) child.settle(own);
      },
    };
  };
  place(root, 0).settle(undefined);
  const depth = Math.max(...placed.map(({ x }) => x));
  const lines = (marked: boolean): Trace => {
    const edges = placed.filter(
      ({ node, parent }) => parent !== undefined && (node.marked ?? false) === marked,
    );
    return {
      type: "scatter",
      mode: "lines",
      x: edges.flatMap(({ x, parent }) => [parent!.x, x, null]),
      y: edges.flatMap(({ y, parent }) => [parent!.y, y, null]),
      line: { color: marked ? PALETTE[1]! : GREY, width: marked ? 3 : 1 },
      hoverinfo: "skip",
      showlegend: false,
    };
  };
  const annotations = placed.flatMap(({ node, x, y, parent }): Json[] => {
    const color = node.marked ? PALETTE[1]! : GREY;
    const name: Json = {
      x,
      y,
      text: node.marked ? `<b>${node.label}</b>` : node.label,
      showarrow: false,
      xanchor: parent === undefined ? "right" : node.children?.length ? "center" : "left",
      yanchor: node.children?.length && parent !== undefined ? "bottom" : "middle",
      xshift: parent === undefined ? -10 : node.children?.length ? 0 : 10,
      yshift: node.children?.length && parent !== undefined ? 7 : 0,
      font: { color, size: 13 },
    };
    if (parent === undefined || node.edge === undefined) return [name];
    // At 0.62 of the way, and above the line, where neighbouring lines have parted.
    const t = 0.62;
    const edge: Json = {
      x: parent.x + t * (x - parent.x),
      y: parent.y + t * (y - parent.y),
      text: node.edge,
      showarrow: false,
      yanchor: "bottom",
      font: { color, size: 10 },
    };
    return [name, edge];
  });
  const dots: Trace = {
    type: "scatter",
    mode: "markers",
    x: placed.map(({ x }) => x),
    y: placed.map(({ y }) => y),
    marker: {
      color: placed.map(({ node }) => (node.marked ? PALETTE[1]! : GREY)),
      size: placed.map(({ node }) => (node.marked ? 11 : 8)),
      line: { width: 0 },
    },
    hoverinfo: "skip",
    showlegend: false,
  };
  const [left, right] = [room([root]), room(placed.filter(({ x }) => x === depth).map(({ node }) => node))];
  const across = Math.max(depth, 1) / (1 - left - right);
  const hidden = { title: "", visible: false, showgrid: false, zeroline: false } as const;
  return figure([lines(false), lines(true), dots], {
    title,
    xaxis: { ...hidden, range: [-left * across, depth + right * across] },
    yaxis: { ...hidden, range: [leaves - 0.4, -0.8] },
    annotations,
    height: height ?? Math.max(200, 80 + 38 * leaves),
    margin: { l: 20, r: 20, b: 20 },
  });
}

/** The share of the figure, some 660 px across, that the names at one of its ends take, at about 8 px a letter. */
function room(nodes: readonly TreeNode[]): number {
  const longest = Math.max(...nodes.map(({ label }) => label.length));
  return Math.min(0.4, (20 + 8 * longest) / 660);
}
