/** Request bodies that work when they are tried, by name, as the API document shows them. */
type Examples = Readonly<Record<string, { readonly summary: string; readonly value: object }>>;

const CUSTOMER = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';

const create = (summary: string, provider: string, verification_type: string, rest: object = {}): Examples[string] => ({
  summary,
  value: { customer_id: CUSTOMER, provider, verification_type, ...rest },
});

const offline = (summary: string, type: string, check_type: string, input: object): Examples[string] =>
  create(summary, 'offline', type, { check_type, input });

/** `POST /v1/verifications`; the first one is what the explorer shows. */
export const CREATE_EXAMPLES: Examples = {
  vat: offline('VAT number: verified by its form', 'business_entity', 'vat_format', { vat_number: 'DE143454214' }),
  vat_wrong: offline('VAT number with one digit changed: failed', 'business_entity', 'vat_format', {
    vat_number: 'DE143454215',
  }),
  lei: offline('Legal entity identifier', 'business_entity', 'lei_format', { lei: 'HWUPKR0MPOU8FGXBT394' }),
  ein: offline('US employer identification number', 'business_entity', 'ein_format', { ein: '91-1144442' }),
  company_number: offline('Company number with check digits', 'business_entity', 'company_number_format', {
    country: 'FR',
    company_number: '552 032 534',
  }),
  iban: offline('IBAN', 'bank_account', 'iban_format', { iban: 'DE89 3704 0044 0532 0130 00' }),
  mrz: offline('Machine-readable zone of a passport', 'identity', 'mrz', {
    mrz: 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F4912310ZE184226B<<<<<16',
  }),
  mrz_expired: offline('The specimen of ICAO Doc 9303, expired in 2012: failed', 'identity', 'mrz', {
    mrz: 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
  }),
  age: offline('Age by date of birth, jurisdiction and purpose', 'age', 'age', {
    date_of_birth: '1990-05-17',
    jurisdiction: 'DE',
    purpose: 'majority',
  }),
  manual: create('A person decides, by an override: pending', 'manual', 'identity'),
  sandbox: create('Sandbox (test keys): verified', 'sandbox', 'identity', { input: { scenario: 'verified' } }),
  sandbox_failed: create('Sandbox (test keys): failed with a reason of your choice', 'sandbox', 'identity', {
    input: { scenario: 'failed:document_expired' },
  }),
  sandbox_hosted: create('Sandbox (test keys): the customer must act at `customer_action.url`', 'sandbox', 'identity', {
    input: { scenario: 'hosted' },
  }),
  sandbox_outage: create('Sandbox (test keys): an outage leaves it pending', 'sandbox', 'identity', {
    input: { scenario: 'fault:500' },
  }),
};

/** `POST /v1/verifications/{id}/recheck` of a check of a VAT number. */
export const RECHECK_EXAMPLES: Examples = {
  as_before: { summary: 'Ask about the same again', value: {} },
  moved: {
    summary: 'Ask about another VAT number: the company has moved',
    value: { input: { vat_number: 'FR83404833048' } },
  },
};

/** `PATCH /v1/verifications/{id}` */
export const OVERRIDE_EXAMPLES: Examples = {
  decline: {
    summary: 'Decline; from pending and verified',
    value: { status: 'failed', reason: 'The certificate of registration was withdrawn.' },
  },
  accept: {
    summary: 'Accept, as long as the policy of the check says; from pending, failed and expired',
    value: { status: 'verified', reason: 'Certificate of registration seen by compliance.' },
  },
  accept_until: {
    summary: 'Accept until a time of your choice',
    value: { status: 'verified', reason: 'Seen by compliance.', expires_at: '2099-12-31T23:59:59Z' },
  },
};
