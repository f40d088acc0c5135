export {
  type AnchorGridOptions,
  type AssignOptions,
  anchorGrid,
  assignAnchors,
  BACKGROUND,
  type BoxCodeOptions,
  decodeBoxes,
  encodeBoxes,
  fitAnchors,
  LEFT_OUT,
  ssdSizes,
} from "./anchors.ts";
export { augment } from "./augment.ts";
export type { AugmentStep, ColourStep, CropStep, MirrorStep, Recipe } from "./augment-pixels.ts";
export {
  type AugmentedBatch,
  type AugmentedBatchesOptions,
  augmentedBatches,
} from "./augmented-batches.ts";
export {
  type AveragePrecision,
  type AveragePrecisionOptions,
  averagePrecision,
  COCO_THRESHOLDS,
  type Interpolation,
  meanAveragePrecision,
} from "./average-precision.ts";
export { boxArea, clipBoxes, toCentres, toCorners } from "./boxes.ts";
export { type Detections, type DetectOptions, detect, ssdDetect, yoloDetect } from "./detections.ts";
export { iou, iouLoss, type OverlapKind, type OverlapOptions, overlap } from "./iou.ts";
export { type NmsOptions, nms } from "./nms.ts";
export {
  type Field,
  type FieldLayer,
  type MeasuredField,
  receptiveField,
  receptiveFieldByGradient,
} from "./receptive-field.ts";
export { type SegmentationOptions, type SegmentationScores, segmentation } from "./segmentation.ts";
export {
  contentLoss,
  type Features,
  gram,
  type StyleStep,
  type StyleTransferOptions,
  styleLoss,
  styleTransfer,
  totalVariation,
} from "./style.ts";
export { type YoloHead, type YoloOutput, yoloDecode } from "./yolo.ts";
export { type YoloWeights, yoloLoss } from "./yolo-loss.ts";
export { type TrueBoxes, type YoloTargets, yoloTargets } from "./yolo-targets.ts";
