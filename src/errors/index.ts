export { AppError, ValidationError } from './app-error.js';
export type { ErrorDetails, ErrorKind, FieldFault } from './app-error.js';
