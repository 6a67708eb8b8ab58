import type { TokenGrants } from '../vendor/access-tokens.js';
import type { HmrcApplication } from './hmrc-vat.connection.js';

/** HMRC's tokens, of the scope `read:vat`. */
export const HMRC_TOKENS: TokenGrants<HmrcApplication> = {
  identityOf: ({ host, clientId, clientSecret }) => [host, clientId, clientSecret],
  requestOf: ({ host, clientId, clientSecret }) => {
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope: 'read:vat',
    });
    return { method: 'POST', url: `${host}/oauth/token`, form };
  },
  refuses: (status) => status >= 400 && status < 500 && ![404, 408, 410, 429].includes(status),
  // The endpoint is known to turn genuine applications away for a while. Beyond an hour it is their credentials.
  doubtedMs: 3_600_000,
};
