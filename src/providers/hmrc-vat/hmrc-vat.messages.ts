import { z } from 'zod';
import type { HttpAnswer } from '../../platform/http.js';
import { jsonOf } from '../vendor/vendor-client.js';

/** The answer where the number is registered ("Check a UK VAT number" 2.0), as far as it is read: name and address are evidence alone. */
export const hmrcVatAnswer = z.object({
  target: z.object({ vatNumber: z.string().min(1) }),
  requester: z.string().nullish(),
  consultationNumber: z.string().max(255).nullish(),
  processingDate: z.string().nullish(),
});

/** What is read of an answer. */
export type HmrcVatAnswer = z.output<typeof hmrcVatAnswer>;

const error = z.object({ code: z.string(), message: z.string().nullish() });

/** What an error says; empty texts where it has another form. */
export function errorOf({ body }: HttpAnswer): { readonly code: string; readonly message: string } {
  const read = error.safeParse(jsonOf(body));
  return { code: read.data?.code ?? '', message: read.data?.message ?? '' };
}

/** Whether the answer is about the number of whoever asks. */
export function refusesRequester(answer: HttpAnswer): boolean {
  return [400, 403, 404].includes(answer.status) && /requesterVrn/i.test(errorOf(answer).message);
}

/** Whether the token may be at fault. */
export function refusesToken(answer: HttpAnswer): boolean {
  return answer.status === 401 || (answer.status === 403 && !refusesRequester(answer));
}
