import { valueAndGrad } from "../autodiff/grad.ts";
import { add } from "../ops/add.ts";
import { clip } from "../ops/clip.ts";
import { matmul } from "../ops/matmul.ts";
import { mul } from "../ops/mul.ts";
import { reshape } from "../ops/reshape.ts";
import { slice } from "../ops/slice.ts";
import { square } from "../ops/square.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";
import { transpose } from "../ops/transpose.ts";
import { adam } from "../optim/adam.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { tensor, zeros } from "../tensor/create.ts";
import { formatShape, ShapeError, sameShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The Gram matrix of feature maps [batch, height, width, channels]: G_cd = Σ_ij F_ijc F_ijd, [batch, channels, channels].
 * It keeps which features occur together and forgets where.
 *
 * @example gram(features)
 */
export function gram(features: Tensor): Tensor {
  const [batch = 0, height = 0, width = 0, channels = 0] = features.shape;
  if (features.rank !== 4) {
    throw new ShapeError(
      `gram: feature maps are [batch, height, width, channels]; these have shape ${formatShape(features.shape)}.`,
    );
  }
  const flat = reshape(features, [batch, height * width, channels]);
  return matmul(transpose(flat, [0, 2, 1]), flat);
}

/**
 * ½ Σ (F − P)²: how far a picture's features are from those of the content (Gatys, Ecker and Bethge, 2016).
 * @example contentLoss(features(picture), features(photo))
 */
export function contentLoss(features: Tensor, content: Tensor): Tensor {
  checkAlike("contentLoss", features, content);
  return mul(sum(square(sub(features, content))), 0.5);
}

/**
 * 1/(4 N² M²) Σ (G − A)² over Gram matrices G of the picture and A of the style, N channels, M = height · width
 * (Gatys, Ecker and Bethge, 2016). The style's feature maps may have another size: each is divided by its own.
 *
 * @example styleLoss(features(picture), features(painting))
 */
export function styleLoss(features: Tensor, style: Tensor): Tensor {
  const [g, a] = [gram(features), gram(style)];
  checkAlike("styleLoss", g, a);
  if (features.size === 0 || style.size === 0) {
    throw new ShapeError(
      `styleLoss: maps ${formatShape(features.shape)} and ${formatShape(style.shape)} have no features to compare.`,
    );
  }
  return mul(
    sum(square(sub(mul(g, 1 / areaOf(features)), mul(a, 1 / areaOf(style))))),
    1 / (4 * g.shape[1]! ** 2),
  );
}

function areaOf({ shape }: Tensor): number {
  return shape[1]! * shape[2]!;
}

/**
 * Σ (x_{i+1,j} − x_ij)² + (x_{i,j+1} − x_ij)² over pictures [batch, height, width, channels]: how rough they are.
 */
export function totalVariation(pictures: Tensor): Tensor {
  if (pictures.rank !== 4) {
    throw new ShapeError(
      `totalVariation: pictures are [batch, height, width, channels], not ${formatShape(pictures.shape)}.`,
    );
  }
  const down = sub(slice(pictures, null, [1, null]), slice(pictures, null, [0, -1]));
  const across = sub(slice(pictures, null, null, [1, null]), slice(pictures, null, null, [0, -1]));
  return add(sum(square(down)), sum(square(across)));
}

function checkAlike(op: string, a: Tensor, b: Tensor): void {
  if (sameShape(a.shape, b.shape)) return;
  throw new ShapeError(
    `${op}: ${formatShape(a.shape)} and ${formatShape(b.shape)} cannot be compared; both must come from one layer of one ` +
      `network${op === "contentLoss" ? ", and both pictures be of one size" : ""}.`,
  );
}

/** The outputs of some layers of a network, by name. */
export type Features<Layer extends string> = Readonly<Record<Layer, Tensor>>;

export interface StyleTransferOptions<Layer extends string> {
  /** A network that was trained, from a picture [1, height, width, channels] to the layers that are compared. */
  readonly features: (picture: Tensor) => Features<Layer>;
  readonly content: Tensor;
  readonly style: Tensor;
  /** How much the content of which layers counts. */
  readonly contentWeights: Partial<Record<Layer, number>>;
  /** How much the style of which layers counts. */
  readonly styleWeights: Partial<Record<Layer, number>>;
  /** How much roughness counts; 0 unless given. */
  readonly smoothness?: number;
  /** Where to begin; the content unless given. */
  readonly start?: Tensor;
  readonly steps: number;
  /** Adam with a rate of 0.02 unless given. */
  readonly optimizer?: Optimizer;
  /** The numbers that are black and white; the picture stays between them. [0, 1] unless given. */
  readonly range?: readonly [black: number, white: number];
}

/** Where a style transfer stands before a step. */
export interface StyleStep<Layer extends string> {
  readonly step: number;
  readonly picture: Tensor;
  readonly loss: number;
  /** The weighted parts of the loss, layer by layer. */
  readonly content: Partial<Record<Layer, number>>;
  readonly style: Partial<Record<Layer, number>>;
}

/**
 * Neural style transfer: the picture itself is the parameter, and moves against the gradient of
 * Σ α_l contentLoss_l + Σ β_l styleLoss_l + γ totalVariation. Gives every step, the last one after all of them.
 *
 * @example
 * for (const { step, picture, loss } of styleTransfer({ features, content, style, contentWeights: { conv4: 1 },
 *   styleWeights: { conv1: 1e3, conv2: 1e3 }, steps: 100 })) if (step % 20 === 0) show(picture);
 */
export function* styleTransfer<Layer extends string>(
  options: StyleTransferOptions<Layer>,
): Generator<StyleStep<Layer>, Tensor> {
  const { features, content, style, contentWeights, styleWeights, smoothness = 0, steps } = options;
  const { start = content, optimizer = adam({ rate: 0.02 }), range: [black, white] = [0, 1] } = options;
  if (!(Number.isInteger(steps) && steps >= 0)) {
    throw new RangeError(`styleTransfer: steps is ${steps}; it is a whole number, 0 or more.`);
  }
  const named = [
    ...Object.entries(contentWeights),
    ...Object.entries(styleWeights),
    ["smoothness", smoothness],
  ];
  for (const [name, weight = 0] of named as [string, number?][]) {
    if (!Number.isFinite(weight)) {
      throw new RangeError(`styleTransfer: the weight of ${name} is ${weight}; it must be a finite number.`);
    }
  }
  const [wanted, painted] = [features(content), features(style)];
  const objective = ({ picture }: { readonly picture: Tensor }) => {
    const seen = features(picture);
    const parts: Tensor[] = [];
    const weigh = (
      weights: Partial<Record<Layer, number>>,
      loss: (layer: Layer) => Tensor,
    ): Partial<Record<Layer, number>> => {
      const named: Partial<Record<Layer, number>> = {};
      for (const layer of Object.keys(weights) as Layer[]) {
        if (seen[layer] === undefined) {
          throw new RangeError(
            `styleTransfer: features gives no layer "${layer}", only ${Object.keys(seen).join(", ")}.`,
          );
        }
        const part = mul(loss(layer), weights[layer] ?? 0);
        parts.push(part);
        named[layer] = part.item();
      }
      return named;
    };
    const aux = {
      content: weigh(contentWeights, (layer) => contentLoss(seen[layer], wanted[layer])),
      style: weigh(styleWeights, (layer) => styleLoss(seen[layer], painted[layer])),
    };
    if (smoothness !== 0) parts.push(mul(totalVariation(picture), smoothness));
    return { value: parts.reduce((a, b) => add(a, b), zeros([], picture.dtype)), aux };
  };
  // A copy, because the optimizer moves it in place.
  let picture = tensor(start.data, { shape: start.shape });
  for (let step = 0; ; step++) {
    const { value, grads, aux } = valueAndGrad(objective, { picture });
    yield { step, picture: tensor(picture.data, { shape: picture.shape }), loss: value.item(), ...aux };
    if (step >= steps) return picture;
    optimizer.step({ picture }, grads);
    picture = clip(picture, black, white);
  }
}
