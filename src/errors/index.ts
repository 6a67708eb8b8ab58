export { ApiProblems, ApiPublicProblems } from './api-problems.decorator.js';
export { AppError, ValidationError } from './app-error.js';
export type { AppErrorArguments, ErrorDetails, FieldFault } from './app-error.js';
export { ERRORS, FIELD_FAULTS } from './catalogue.js';
export type { ErrorCode, ErrorCodeOf, ErrorEntry, ErrorKind, FieldFaultCode } from './catalogue.js';
export { answerClientError } from './client-error.js';
export { PROBLEM_MEDIA_TYPE, problemOf, problemType } from './problem.js';
export type { Occurrence, Problem } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
