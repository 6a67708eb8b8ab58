export { inWords, rotateKeys } from './key-rotation.js';
export type { Rotated, RotationOptions } from './key-rotation.js';
export type { Left } from './table-rotation.js';
