import type { JsonObject } from '../../src/platform/json.js';
import type { WantedAid } from './aid-command.js';
import type { RunningAid } from './running-aid.js';
import { connectionTo, type VendorAid } from './vendor-aid.js';

/** A vendor that was asked for, and runs. */
export interface StartedAid {
  readonly wanted: WantedAid;
  readonly running: RunningAid;
}

/** The service's connections to vendors at those addresses, as `PROVIDER_TEST_CONNECTIONS` has them. */
export function connectionsTo(vendors: readonly { readonly wanted: WantedAid; readonly baseUrl: string }[]): string {
  return JSON.stringify(
    Object.fromEntries(vendors.map(({ wanted, baseUrl }) => [wanted.aid.provider, connectionTo(wanted.aid, baseUrl)])),
  );
}

/** The variable by which the service has the experimental ones among them; null: there are none. */
export function experimentalAmong(wanted: readonly WantedAid[]): string | null {
  const names = wanted.filter(({ aid }) => aid.experimental).map(({ aid }) => aid.provider);
  return names.length === 0 ? null : `EXPERIMENTAL_PROVIDERS=${names.join(',')}`;
}

/** What a developer needs to know of vendors that run. */
export function bannerOf(started: readonly StartedAid[], service: string): string {
  const connections = connectionsTo(started.map(({ wanted, running: { baseUrl } }) => ({ wanted, baseUrl })));
  const [first] = started;
  const experimental = experimentalAmong(started.map(({ wanted }) => wanted));
  return `
${started.map(facts).join('\n')}
The service that takes them for the real ones (test keys):

${experimental === null ? '' : `${experimental} `}PROVIDER_TEST_CONNECTIONS='${connections}' npm start

${first ? flow(first, service) : ''}`;
}

function facts({ wanted: { aid, callbackUrl }, running: { baseUrl } }: StartedAid): string {
  const lines = [
    ['is played at', baseUrl],
    ...Object.entries(aid.credentials).map(([name, value]) => [`takes the ${name}`, value]),
    ['calls back to', callbackUrl ?? 'nobody: the service asks'],
    ...(callbackUrl === null
      ? []
      : [['signs with', aid.callbackSecret ?? 'a key of its own, which the service asks for']]),
    ['decides', Object.keys(aid.outcomes).join(', ')],
    ...('wordIn' in aid.pages ? [['decides at once', `the ${aid.pages.wordIn} is the word`]] : []),
  ];
  return lines.map(([what = '', how = '']) => `${aid.provider} ${what.padEnd(24)}${how}\n`).join('');
}

/** The requests of a first flow, and the connection that an organization makes by itself. */
function flow({ wanted: { aid, callbackUrl } }: StartedAid, service: string): string {
  const verification = { customer_id: CUSTOMER, provider: aid.provider, ...aid.check };
  const own: JsonObject = {
    ...{ settings: aid.settings, credentials: aid.credentials },
    ...(typeof aid.callbackSecret === 'string' && { callback_secrets: [aid.callbackSecret] }),
  };
  const whose = callbackUrl === null ? '' : '; its callback_path is what --callback-url is for';
  return `Then, with KEY from what the service prints:

${curl(`${service}/v1/verifications`, verification)}
${decision(aid, callbackUrl !== null, service)}
An organization's own connection in place of the service's${whose}:

${curl(`${service}/v1/provider-connections/${aid.provider}`, own, 'PUT')}
`;
}

/** What comes after the create where the customer has a page to go to. */
function decision({ pages, outcomes }: VendorAid, callsBack: boolean, service: string): string {
  if ('wordIn' in pages) return '';
  const one = `${service}/v1/verifications/<its id>`;
  const asking = callsBack
    ? ''
    : `curl -s -X POST ${one}/recheck -H "Authorization: Bearer $KEY"      # or wait until it is asked\n`;
  return `curl -s '<url of its customer_action>' -d decision=${Object.keys(outcomes)[0] ?? ''}      # or open it in a browser
${asking}curl -s ${one} -H "Authorization: Bearer $KEY"
`;
}

const CUSTOMER = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';

function curl(url: string, body: JsonObject, method = 'POST'): string {
  const headers = `-H "Authorization: Bearer $KEY" -H 'Content-Type: application/json'`;
  return `curl -s -X ${method} ${url} ${headers} -d '${JSON.stringify(body)}'`;
}
