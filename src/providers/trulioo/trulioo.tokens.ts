import type { TokenGrants } from '../vendor/access-tokens.js';
import type { TruliooApplication } from './trulioo.connection.js';

/** Trulioo's tokens, for its API of version 3. */
export const TRULIOO_TOKENS: TokenGrants<TruliooApplication> = {
  identityOf: ({ auth, clientId, clientSecret, scope }) => [auth, clientId, clientSecret, scope],
  requestOf: ({ auth, clientId, clientSecret, scope }) => {
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope,
    });
    return { method: 'POST', url: `${auth}/connect/token`, form };
  },
  refuses: (status) => [400, 401, 403].includes(status),
};
