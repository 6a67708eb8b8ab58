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

/** Documents the error answers of a call that anybody may make. */
export function ApiPublicProblems(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const byStatus = Map.groupBy(new Set([...codes, ...ANYWHERE]), (code) => ERRORS[code].status);
  const answers = [...byStatus].map(([status, listed]) => ApiResponse({ status, ...answerOf(status, listed) }));
  return applyDecorators(ApiExtraModels(ProblemDto), ...answers);
}

function answerOf(status: number, codes: readonly ErrorCode[]): ApiResponseNoStatusOptions {
  const waits = status === 503 || codes.includes('IDEMPOTENCY_IN_PROGRESS');
  const seconds = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } } as const;
  const scheme = { 'WWW-Authenticate': { description: 'Always `Bearer`.', schema: { type: 'string' } } } as const;
  return {
    // Markdown: what stands in angle brackets would be taken for HTML.
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].description.replaceAll('<', '&lt;')}`).join('\n\n'),
    headers: { ...(waits && seconds), ...(status === 401 && scheme) },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  };
}

/** What the filter would answer. */
function exampleOf(code: ErrorCode): object {
  const occurrence = { instance: '/v1/verifications', requestId: '0199a3f0-0000-7000-8000-000000000001' };
  return problemOf(INSTANCES[code] ?? code, occurrence);
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
