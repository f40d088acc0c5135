import type { Random } from "../random/random.ts";
import { adopt } from "../tensor/create.ts";
import { formatShape, ShapeError } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { augmentedShape, augmentPicture, type PictureShape, type Recipe } from "./augment-pixels.ts";

/** Height, width and channels of a batch of pictures. */
export function pictureShape(op: string, images: Tensor): PictureShape {
  const [, height, width, channels] = images.shape;
  if (images.rank === 4 && images.dtype === "float32" && height && width && channels)
    return [height, width, channels];
  throw new ShapeError(
    `${op}: pictures are float32 [batch, height, width, channels]; these are ${images.dtype} ${formatShape(images.shape)}.`,
  );
}

/**
 * Pictures as they might have been taken: mirrored, cut out, in other light, each in its own way. The first step comes
 * first; a picture's random numbers do not depend on the pictures beside it.
 *
 * @example
 * const recipe: Recipe = [{ kind: "mirror" }, { kind: "crop", size: [32, 32], padding: 4 }, { kind: "colour", brightness: 0.2 }];
 * augment(images, recipe, new Random(1));
 */
export function augment(images: Tensor, recipe: Recipe, random: Random): Tensor {
  const shape = pictureShape("augment", images);
  const made = augmentedShape(recipe, shape);
  const [size, madeSize] = [shape[0] * shape[1] * shape[2], made[0] * made[1] * made[2]];
  const count = images.shape[0]!;
  const source = images.data as Float32Array;
  const out = new Float32Array(count * madeSize);
  random.split(count).forEach((own, i) => {
    const pixels = source.subarray(i * size, (i + 1) * size);
    out.set(augmentPicture(pixels, shape, recipe, own), i * madeSize);
  });
  return adopt(out, [count, ...made]);
}
