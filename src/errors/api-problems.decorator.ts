import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, type ApiResponseNoStatusOptions } from '@nestjs/swagger';
import { AppError, ValidationError } from './app-error.js';
import { type ErrorCode, ERRORS, FIELD_FAULTS } from './catalogue.js';
import { ProblemDto } from './problem.dto.js';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.js';

/** What any call may end in, and what a call that needs a key. */
const ANYWHERE: readonly ErrorCode[] = ['MALFORMED_REQUEST', 'REQUEST_TIMEOUT', 'HEADERS_TOO_LARGE', 'INTERNAL_ERROR'];
const WITH_A_KEY: readonly ErrorCode[] = ['UNAUTHORIZED', 'FORBIDDEN', 'SERVICE_UNAVAILABLE'];

/** Documents the error answers of a call that needs a key: the named codes and those of every such call, by status. */
export function ApiProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  return ApiPublicProblems(...codes, ...WITH_A_KEY);
}

/** Documents the error answers of a call that anybody may make: by code, or as an error where the call has better words for one. */
export function ApiPublicProblems(...codes: (ErrorCode | AppError)[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(new Set([...codes, ...ANYWHERE]), (listed) => ERRORS[codeOf(listed)].status);
  const answers = [...byStatus].map(([status, listed]) => ApiResponse({ status, ...answerOf(status, listed) }));
  return applyDecorators(ApiExtraModels(ProblemDto), ...answers);
}

function codeOf(listed: ErrorCode | AppError): ErrorCode {
  return listed instanceof AppError ? listed.code : listed;
}

function wordsOf(listed: ErrorCode | AppError): string {
  // Markdown: what stands in angle brackets would be taken for HTML.
  const words = listed instanceof AppError ? listed.message : ERRORS[listed].description;
  return `\`${codeOf(listed)}\`: ${words.replaceAll('<', '&lt;')}`;
}

function answerOf(status: number, listed: readonly (ErrorCode | AppError)[]): ApiResponseNoStatusOptions {
  const codes = listed.map(codeOf);
  const waits = status === 503 || codes.includes('IDEMPOTENCY_IN_PROGRESS');
  const seconds = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } as const;
  const scheme = { 'WWW-Authenticate': { description: 'Always `Bearer`.', schema: { type: 'string' } } } as const;
  return {
    description: listed.map(wordsOf).join('\n\n'),
    headers: { ...(waits && seconds), ...(status === 401 && scheme) },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(listed.map((each) => [codeOf(each), { value: exampleOf(each) }])),
      },
    },
  };
}

/** What the filter would answer. */
function exampleOf(listed: ErrorCode | AppError): object {
  const occurrence = { instance: '/v1/verifications', requestId: '0199a3f0-0000-7000-8000-000000000001' };
  return problemOf(INSTANCES[codeOf(listed)] ?? listed, occurrence);
}

const INSTANCES: Partial<Record<ErrorCode, AppError>> = {
  VALIDATION_ERROR: new ValidationError([
    { field: 'customer_id', code: 'REQUIRED', message: FIELD_FAULTS.REQUIRED },
    { field: 'customer', code: 'UNKNOWN_FIELD', message: FIELD_FAULTS.UNKNOWN_FIELD },
  ]),
  FORBIDDEN: new AppError('forbidden', 'FORBIDDEN', ERRORS.FORBIDDEN.description, {
    members: { scope: 'verifications:read' },
  }),
  INVALID_STATE_TRANSITION: new AppError(
    'conflict',
    'INVALID_STATE_TRANSITION',
    "An override can't lead from failed to pending.",
    { members: { from: 'failed', to: 'pending', allowed: ['verified'] } },
  ),
};
