import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../platform/json.js';
import type { ViesInput } from './vies.check.js';
import type { ViesSettings } from './vies.connection.js';
import { type VatNumber, vatNumberOf } from './vies.number.js';

/** Text, or nothing: what a member state withholds comes as `---` or empty. */
const told = z
  .string()
  .nullish()
  .transform((text) => (/^[\s-]*$/.test(text ?? '') ? null : (text ?? null)));
const match = z.enum(['VALID', 'INVALID', 'NOT_PROCESSED']).nullish();

/** The answer of `check-vat-number` where it is one about the number (swagger_publicVAT.yaml, `CheckVatResponse`). */
export const viesAnswer = z
  .object({
    // The form of an error, which is no answer whatever else it holds: an outage may look like a no.
    actionSucceed: z.literal(true).nullish(),
    errorWrappers: z.array(z.unknown()).max(0).nullish(),
    // A member of the GET variant's alone, where every error comes in it.
    userError: z.enum(['VALID', 'INVALID']).nullish(),
    countryCode: z.string(),
    vatNumber: z.string(),
    valid: z.boolean(),
    requestDate: z.string().nullish(),
    requestIdentifier: told,
    name: told,
    address: told,
    traderNameMatch: match,
    traderStreetMatch: match,
    traderPostalCodeMatch: match,
    traderCityMatch: match,
    traderCompanyTypeMatch: match,
  })
  .refine(({ userError, valid }) => !userError || userError === (valid ? 'VALID' : 'INVALID'));

/** What is read of an answer. */
export type ViesAnswer = z.output<typeof viesAnswer>;

/** The answer of `check-status` (`StatusInformationResponse`), as far as it is read. */
export const viesStatus = z.object({ vow: z.object({ available: z.boolean() }) });

const errors = z.object({ errorWrappers: z.array(z.object({ error: z.string().min(1) })).min(1) });

/** The codes of an error (`CommonResponse`), which comes with any HTTP status, 200 included; none where it is no error. */
export function errorCodesOf(body: JsonValue | undefined): string[] {
  const read = errors.safeParse(body);
  return read.success ? read.data.errorWrappers.map(({ error }) => error) : [];
}

/** Input -> member of the request; its match is called the same with `Match` behind it. All of them stand beside the number, not below a `trader`. */
export const TRADER_MEMBERS = {
  trader_name: 'traderName',
  trader_street: 'traderStreet',
  trader_postal_code: 'traderPostalCode',
  trader_city: 'traderCity',
  trader_company_type: 'traderCompanyType',
} as const satisfies Partial<Record<keyof ViesInput, string>>;

/** The request's body. */
export function questionOf(asked: VatNumber, input: ViesInput, requester: VatNumber | null): JsonObject {
  const trader = Object.entries(TRADER_MEMBERS).flatMap(([name, member]) => {
    const value = input[name as keyof typeof TRADER_MEMBERS];
    return value === undefined ? [] : [[member, value] as const];
  });
  return {
    countryCode: asked.memberState,
    vatNumber: asked.national,
    ...(requester && { requesterMemberStateCode: requester.memberState, requesterNumber: requester.national }),
    ...Object.fromEntries(trader),
  };
}

/** Who asks: the organization's own number; null where it has given none. */
export function requesterOf({ requester_country, requester_vat }: ViesSettings): VatNumber | null {
  if (requester_country === null || requester_vat === null) return null;
  return vatNumberOf(requester_vat, requester_country);
}
