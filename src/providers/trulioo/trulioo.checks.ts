import { z } from 'zod';
import type { JsonObject } from '../../platform/json.js';
import type { Check, CheckCapability } from '../provider-adapter.js';
import type { TruliooSettings } from './trulioo.connection.js';

const words = z.string().min(1).max(200);
const part = z.string().min(1).max(100).optional();

/** The customer as it stated itself. Which of it is needed, and what is compared, differs by country. */
export const truliooInput = z.strictObject({
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1 alpha-2)')
    .describe('Whose sources are asked: where the customer lives.'),
  given_name: words,
  middle_name: words.optional(),
  family_name: words,
  second_family_name: words.optional(),
  birth_date: z.iso.date('must be a date: YYYY-MM-DD').optional(),
  building_number: part,
  unit_number: part,
  street_name: part,
  street_type: part,
  city: part,
  region: part.describe('State or province, by its code.'),
  postal_code: part,
  phone_number: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'must be a number of E.164: + and digits')
    .optional(),
  email_address: z.email('must be an e-mail address').max(254).optional(),
  national_ids: z
    .array(z.strictObject({ number: z.string().min(1).max(60), type: z.string().min(1).max(60) }))
    .min(1)
    .max(5)
    .optional()
    .describe("Numbers of the customer's, and what kind each is, as the country's sources name it."),
  consents: z
    .array(words)
    .max(20)
    .optional()
    .describe('The sources that the customer has consented to, by their names: some are not asked without that.'),
});

/** The one check: a comparison with sources of data, nobody is shown or sent anything. */
export const TRULIOO_CHECK: CheckCapability = {
  verificationType: 'identity',
  checkType: 'database',
  proves:
    "That what the customer stated agrees with sources of data in its country, by the account's rule; not that the customer is that person.",
  // An optional member of zod only differs from JSON in allowing an explicit undefined.
  input: truliooInput as unknown as CheckCapability['input'],
  inputRequired: true,
  fromCustomer: {
    country: ({ address, country }) => address?.country ?? country,
    // A year alone is no date.
    birth_date: ({ birthDate }) => (/^\d{4}-\d\d-\d\d$/.test(birthDate ?? '') ? birthDate : undefined),
    city: ({ address }) => address?.city,
    region: ({ address }) => address?.region,
    postal_code: ({ address }) => address?.postalCode,
  },
  example: {
    country: 'CA',
    given_name: 'Ada',
    family_name: 'Examplesson',
    birth_date: '1970-01-01',
    building_number: '12',
    street_name: 'Main',
    street_type: 'Street',
    city: 'Vancouver',
    region: 'BC',
    postal_code: 'V6B 1A1',
  },
  validityDays: 365,
};

/** The body that asks about the customer, under our id. */
export function verifyRequest({ verificationId, input }: Check, settings: TruliooSettings): JsonObject {
  const given = truliooInput.parse(input);
  return {
    AcceptTruliooTermsAndConditions: settings.terms_accepted,
    CleansedAddress: settings.cleansed_address,
    ConfigurationName: settings.configuration_name,
    CountryCode: given.country,
    CustomerReferenceID: verificationId,
    ConsentForDataSources: given.consents ?? [],
    DataFields: dataFields(given),
  };
}

function dataFields(given: z.output<typeof truliooInput>): JsonObject {
  const [year, month, day] = given.birth_date?.split('-').map(Number) ?? [];
  const groups = {
    PersonInfo: known({
      FirstGivenName: given.given_name,
      MiddleName: given.middle_name,
      FirstSurName: given.family_name,
      SecondSurname: given.second_family_name,
      DayOfBirth: day,
      MonthOfBirth: month,
      YearOfBirth: year,
    }),
    Location: known({
      BuildingNumber: given.building_number,
      UnitNumber: given.unit_number,
      StreetName: given.street_name,
      StreetType: given.street_type,
      City: given.city,
      StateProvinceCode: given.region,
      PostalCode: given.postal_code,
    }),
    Communication: known({ MobileNumber: given.phone_number, EmailAddress: given.email_address }),
  };
  const used = Object.entries(groups).filter(([, members]) => Object.keys(members).length > 0);
  const ids = given.national_ids?.map(({ number, type }) => ({ Number: number, Type: type }));
  return { ...Object.fromEntries(used), ...(ids && { NationalIds: ids }) };
}

function known(members: Readonly<Record<string, string | number | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
