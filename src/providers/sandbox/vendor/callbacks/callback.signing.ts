import { createHmac } from 'node:crypto';
import { epochMilliseconds, type Instant } from '../../../../platform/clock.js';

/** The header that carries the signature. */
export const SIGNATURE_HEADER = 'sandbox-signature';

/** The value of {@link SIGNATURE_HEADER} for a body sent at `now`: `t=<seconds>,v1=<hex>`, one `v1` for each secret. */
export function signatureOf(body: string | Buffer, secrets: readonly string[], now: Instant): string {
  const seconds = String(Math.floor(epochMilliseconds(now) / 1000));
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${seconds}.`).update(body));
  return [`t=${seconds}`, ...signatures.map((signature) => `v1=${signature.digest('hex')}`)].join(',');
}
