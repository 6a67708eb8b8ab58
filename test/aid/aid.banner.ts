import type { JsonObject } from '../../src/platform/json.js';
import type { WantedAid } from './aid-command.js';
import type { RunningAid } from './running-aid.js';
import { connectionTo } from './vendor-aid.js';

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

/** What a developer needs to know of vendors that run. */
export function bannerOf(started: readonly StartedAid[], service: string): string {
  const connections = connectionsTo(started.map(({ wanted, running: { baseUrl } }) => ({ wanted, baseUrl })));
  const [first] = started;
  return `
${started.map(facts).join('\n')}
The service that takes them for the real ones (test keys):

PROVIDER_TEST_CONNECTIONS='${connections}' npm start

${first ? flow(first, service) : ''}`;
}

function facts({ wanted: { aid, callbackUrl }, running: { baseUrl } }: StartedAid): string {
  const lines = [
    ['is played at', baseUrl],
    ...Object.entries(aid.credentials).map(([name, value]) => [`takes the ${name}`, value]),
    ['calls back to', callbackUrl],
    ['signs with', aid.callbackSecret ?? 'a key of its own, which the service asks for'],
    ['decides', Object.keys(aid.outcomes).join(', ')],
  ];
  return lines.map(([what = '', how = '']) => `${aid.provider} ${what.padEnd(24)}${how}\n`).join('');
}

/** The requests of a first flow, and the connection that an organization makes by itself. */
function flow({ wanted: { aid } }: StartedAid, service: string): string {
  const verification = { customer_id: CUSTOMER, provider: aid.provider, ...aid.check };
  const own: JsonObject = {
    ...{ settings: aid.settings, credentials: aid.credentials },
    ...(aid.callbackSecret !== null && { callback_secrets: [aid.callbackSecret] }),
  };
  return `Then, with KEY from what the service prints:

${curl(`${service}/v1/verifications`, verification)}
curl -s '<url of its customer_action>' -d decision=${Object.keys(aid.outcomes)[0] ?? ''}      # or open it in a browser
curl -s ${service}/v1/verifications/<its id> -H "Authorization: Bearer $KEY"

An organization's own connection in place of the service's; its callback_path is what --callback-url is for:

${curl(`${service}/v1/provider-connections/${aid.provider}`, own, 'PUT')}
`;
}

const CUSTOMER = '0199a3f0-7c1e-7cc3-9d6b-0d3c5f1e2a4b';

function curl(url: string, body: JsonObject, method = 'POST'): string {
  const headers = `-H "Authorization: Bearer $KEY" -H 'Content-Type: application/json'`;
  return `curl -s -X ${method} ${url} ${headers} -d '${JSON.stringify(body)}'`;
}
