import type { TokenGrants } from '../vendor/access-tokens.js';
import type { JumioAccess } from './jumio.connection.js';

/** Jumio's tokens: an hour, as reported. */
export const JUMIO_TOKENS: TokenGrants<JumioAccess> = {
  identityOf: ({ auth, clientId, clientSecret }) => [auth, clientId, clientSecret],
  requestOf: ({ auth, clientId, clientSecret, settings }) => {
    const pair = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${pair}`, 'user-agent': settings.user_agent };
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    return { method: 'POST', url: `${auth}/oauth2/token`, headers, form };
  },
  refuses: (status) => [400, 401, 403].includes(status),
};
