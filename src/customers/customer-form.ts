import { z } from 'zod';
import type { Customer } from '../providers/customer.js';
import { DirectoryFault } from './customer-directory.js';

/** PostgreSQL and half of the world's parsers hold neither NUL nor half a surrogate pair. */
const WELL_FORMED = /^[^\0\p{Surrogate}]*$/u;

/** Text without the space around it; what is empty, or null, is not known. */
const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .regex(WELL_FORMED)
    .nullish()
    .transform((value) => value || undefined);

const country = text(2)
  .transform((code) => code?.toUpperCase())
  .refine((code) => code === undefined || /^[A-Z]{2}$/.test(code));

const birthDate = text(10).refine((date) => date === undefined || /^\d{4}(-\d{2}(-\d{2})?)?$/.test(date));

const FORM: z.ZodType<Customer> = z.object({
  entityType: z.enum(['person', 'organization']).optional(),
  legalName: text(500),
  birthDate,
  country,
  registrationNumber: text(40),
  lei: text(40),
  taxIdentifiers: z.object({ eu_vat: text(40), gb_vat: text(40), us_ein: text(40) }).optional(),
  address: z
    .object({ street: text(300), postalCode: text(20), city: text(100), region: text(100), country })
    .optional(),
});

/** A customer as a directory tells it, without what we don't know. Throws a {@link DirectoryFault} for another form. */
export function readCustomer(told: unknown): Customer {
  const read = FORM.safeParse(told);
  // Without the parser's own error: its issues may hold values.
  if (!read.success) throw new DirectoryFault('directory_unreadable');
  return read.data;
}
