import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JsonObject } from '../../../src/platform/json.js';
import type { RawDelivery } from '../../../src/providers/provider-adapter.js';

/** A pair of keys that notifications are signed with, or could be. */
export interface NotificationKey {
  readonly privateKey: KeyObject;
  /** The public one: SPKI in base64, as a connection holds it. */
  readonly spki: string;
}

/** A pair of RSA. */
export function notificationKey(): NotificationKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
}

/** How a test has a notification sent. */
export interface NotificationStyle {
  /** Which try it is about; the signature does not cover it. */
  readonly sequence?: number;
  /** How many spaces stand before each member; the signature does not cover them. */
  readonly indent?: number;
}

/** The request that brings a notification of that content. */
export function signedNotification(
  content: JsonObject,
  { privateKey }: NotificationKey,
  { sequence = 1, indent = 0 }: NotificationStyle = {},
): RawDelivery {
  const text = Buffer.from(JSON.stringify(content).replace(/\s/g, ''));
  const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_MAX_SIGN: saltLength } = constants;
  const signature = sign('sha256', text, { key: privateKey, padding, saltLength }).toString('base64');
  const body = JSON.stringify({ ...content, sequence_number: sequence, signature }, null, indent);
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
}
