import { z } from 'zod';

const text = z.string().nullish();
const flag = z.boolean().nullish();

/**
 * A company profile (`GET /company/{company_number}`), as far as it is read. The status may be missing, and no list of statuses is closed here:
 * the register's enumerations grow.
 */
export const companyProfile = z.object({
  company_number: z.string(),
  company_name: text,
  company_status: text,
  company_status_detail: text,
  type: text,
  subtype: text,
  jurisdiction: text,
  date_of_creation: text,
  date_of_cessation: text,
  partial_data_available: text,
  registered_office_is_in_dispute: flag,
  undeliverable_registered_office_address: flag,
  registered_office_address: z.object({ postal_code: text }).nullish(),
  accounts: z.object({ overdue: flag, next_accounts: z.object({ overdue: flag }).nullish() }).nullish(),
  confirmation_statement: z.object({ next_due: text, overdue: flag }).nullish(),
  previous_company_names: z.array(z.object({ name: text })).nullish(),
});

/** What is read of a profile. */
export type CompanyProfile = z.output<typeof companyProfile>;
