export { alexnet, type ClassifierOptions, lenet5, mlp, vgg16, vgg19, zfnet } from "./classic.ts";
export { type UnetOptions, unet, yoloHead } from "./dense-prediction.ts";
export { googlenet } from "./googlenet.ts";
export { type CharRnnOptions, charRnn, GPT2_SMALL, type GptOptions, gpt } from "./language.ts";
export {
  compoundScaling,
  EFFICIENTNET_SCALING,
  efficientnet,
  type MobilenetOptions,
  mobilenetV1,
  mobilenetV2,
  type Scaling,
} from "./mobile.ts";
export {
  type RbmParameters,
  rbm,
  rbmFreeEnergy,
  rbmGibbs,
  rbmHidden,
  rbmLoss,
  rbmVisible,
  sampleBinary,
} from "./rbm.ts";
export { type ResnetOptions, resnet18, resnet34, resnet50 } from "./resnet.ts";
export {
  type CaptionerOptions,
  captioner,
  type Seq2seq,
  type Seq2seqOptions,
  seq2seq,
  type Transformer,
  type TransformerModelOptions,
  transformer,
} from "./sequence-to-sequence.ts";
export { autoencoder, embedder, siamese, unitLength } from "./similarity.ts";
