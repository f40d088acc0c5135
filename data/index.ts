export type { Digits, DigitsOptions, LabelledImages } from "./digits.ts";
export { DataError, digits } from "./digits.ts";
