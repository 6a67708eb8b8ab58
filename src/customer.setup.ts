import type { Environment, GivenToAdapters } from './config/env.js';
import {
  type CustomerDirectory,
  type CustomersApi,
  faultOfToken,
  faultOfUrl,
  faultsOfFields,
  HttpCustomerDirectory,
} from './customers/index.js';
import { SystemClock } from './platform/clock.js';
import { FetchHttp } from './platform/http.js';

type GivenToDirectory = Pick<GivenToAdapters, 'CUSTOMERS_URL' | 'CUSTOMERS_TOKEN' | 'CUSTOMERS_FIELDS'>;

/** The directory of customers that the environment names, as the application takes it; none where it names none. */
export function customerSettings(environment: Environment): { readonly customers?: CustomerDirectory } {
  const { CUSTOMERS_URL: url, CUSTOMERS_TOKEN: token, CUSTOMERS_FIELDS: fields } = environment;
  if (url === undefined || token === undefined) return {};
  const api: CustomersApi = { url, token, ...(fields && { fields }) };
  return { customers: new HttpCustomerDirectory(api, { http: new FetchHttp(), clock: new SystemClock() }) };
}

/** What is wrong with it: a line for each fault, without a value. */
export function judgeCustomers(given: GivenToDirectory): readonly string[] {
  const { CUSTOMERS_URL: url, CUSTOMERS_TOKEN: token, CUSTOMERS_FIELDS: fields = {} } = given;
  const needed = ['CUSTOMERS_TOKEN', 'CUSTOMERS_FIELDS'] as const;
  return [
    ...(url === undefined ? needed.filter((name) => given[name]).map((name) => `${name} needs CUSTOMERS_URL`) : []),
    ...(url !== undefined && token === undefined ? ['CUSTOMERS_URL needs CUSTOMERS_TOKEN'] : []),
    ...faultOf('CUSTOMERS_URL', url, faultOfUrl),
    ...faultOf('CUSTOMERS_TOKEN', token, faultOfToken),
    ...faultsOfFields(fields).map((fault) => `CUSTOMERS_FIELDS ${fault}`),
  ];
}

function faultOf(name: string, given: string | undefined, judge: (text: string) => string | null): string[] {
  const fault = given === undefined ? null : judge(given);
  return fault === null ? [] : [`${name} ${fault}`];
}
