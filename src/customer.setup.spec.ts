import { ConfigurationError, readEnvironment } from './config/env.js';
import { customerSettings, judgeCustomers } from './customer.setup.js';
import { HttpCustomerDirectory } from './customers/index.js';

const URL = 'https://platform.example/v1/customers/{customer_id}';

const faultsOf = (source: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readEnvironment(source, judgeCustomers);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
};

describe('the customers API of the environment', () => {
  it('is none where nothing is said', () => {
    expect(customerSettings(readEnvironment({ CUSTOMERS_URL: '', CUSTOMERS_TOKEN: '' }, judgeCustomers))).toEqual({});
  });

  it.each([
    { CUSTOMERS_URL: URL, CUSTOMERS_TOKEN: 'token' },
    { CUSTOMERS_URL: 'http://10.0.0.1:8080/?id={customer_id}', CUSTOMERS_TOKEN: 'token' },
    { CUSTOMERS_URL: URL, CUSTOMERS_TOKEN: 'token', CUSTOMERS_FIELDS: '{"legal_name":"/name"}' },
  ])('is there for %j', (source) => {
    const { customers } = customerSettings(readEnvironment(source, judgeCustomers));
    expect(customers).toBeInstanceOf(HttpCustomerDirectory);
  });

  const [url, token] = [{ CUSTOMERS_URL: URL }, { CUSTOMERS_TOKEN: 'canary' }];
  const noUrl = 'CUSTOMERS_URL must be an http:// or https:// URL without credentials and fragment';
  it.each<[NodeJS.ProcessEnv, string[]]>([
    [url, ['CUSTOMERS_URL needs CUSTOMERS_TOKEN']],
    [{ ...url, CUSTOMERS_TOKEN: '' }, ['CUSTOMERS_URL needs CUSTOMERS_TOKEN']],
    [
      { ...token, CUSTOMERS_FIELDS: '{}' },
      ['CUSTOMERS_TOKEN needs CUSTOMERS_URL', 'CUSTOMERS_FIELDS needs CUSTOMERS_URL'],
    ],
    [{ ...url, CUSTOMERS_TOKEN: ' ' }, ['CUSTOMERS_TOKEN must have 1 to 4096 characters of ASCII, without spaces']],
    [{ ...token, CUSTOMERS_URL: 'https://canary.example/' }, ['CUSTOMERS_URL must hold {customer_id} once']],
    [
      { ...token, CUSTOMERS_URL: 'https://{customer_id}.canary.example/' },
      ['CUSTOMERS_URL must hold {customer_id} in its path or query'],
    ],
    [{ ...token, CUSTOMERS_URL: 'ftp://canary.example/{customer_id}' }, [noUrl]],
    [{ ...token, CUSTOMERS_URL: 'https://canary:canary@x.example/{customer_id}' }, [noUrl]],
    [{ ...token, CUSTOMERS_URL: 'https://canary.example/#{customer_id}' }, [noUrl]],
    [{ ...token, CUSTOMERS_URL: 'canary/{customer_id}' }, [noUrl]],
    [{ ...url, ...token, CUSTOMERS_FIELDS: '["canary"]' }, ['CUSTOMERS_FIELDS must be a JSON object']],
    [
      { CUSTOMERS_URL: 'canary', CUSTOMERS_TOKEN: 'can ary', CUSTOMERS_FIELDS: '{"lei":"canary"}', PORT: 'x' },
      [
        'PORT must be a whole number',
        'CUSTOMERS_URL must hold {customer_id} once',
        'CUSTOMERS_TOKEN must have 1 to 4096 characters of ASCII, without spaces',
        'CUSTOMERS_FIELDS lei must be a JSON pointer (RFC 6901), such as /company/name',
      ],
    ],
  ])('has by %j the faults %j', (source, faults) => {
    expect(faultsOf(source)).toEqual(faults);
  });
});
