import { createHmac } from 'node:crypto';
import { epochMilliseconds } from '../../platform/clock.js';
import type { HttpAnswer } from '../../platform/http.js';
import type { JsonObject } from '../../platform/json.js';
import type { Call } from '../provider-adapter.js';
import { VendorClient } from '../vendor/vendor-client.js';
import { accessOf } from './sumsub.connection.js';

/** A request to the API. */
export interface SumsubRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** With its query, each value of it encoded, and a slash first. */
  readonly path: string;
  readonly json?: JsonObject;
}

/** What a request is signed over. */
export interface SignedRequest {
  /** Since 1970, as sent. */
  readonly seconds: string;
  readonly method: string;
  /** Path and query, byte for byte as sent. */
  readonly target: string;
  /** Empty where nothing is sent. */
  readonly body: string;
}

/**
 * HMAC-SHA256 of time, method, target and body, with nothing between them, in lower-case hexadecimal digits.
 * Source: Sumsub, "App token authentication".
 */
export function requestSignature({ seconds, method, target, body }: SignedRequest, secret: string): string {
  return createHmac('sha256', secret).update(`${seconds}${method}${target}${body}`).digest('hex');
}

/** The API's protocol: JSON, each request signed. Every method rejects as those of {@link VendorClient} do. */
export class SumsubClient extends VendorClient {
  /** Asks by the call's connection, and gives back whatever was answered. */
  async ask({ connection, signal }: Call, { method, path, json }: SumsubRequest): Promise<HttpAnswer> {
    const { url, token, secret } = accessOf(connection);
    // Read back from the URL: it may encode more than we did, and what is signed must be what is sent.
    const { href, pathname, search } = new URL(`${url}${path}`);
    // The vendor takes a time that is off by a minute at most.
    const seconds = String(Math.floor(epochMilliseconds(this.now) / 1000));
    const body = json === undefined ? '' : JSON.stringify(json);
    const signature = requestSignature({ seconds, method, target: `${pathname}${search}`, body }, secret);
    const headers = { 'x-app-token': token, 'x-app-access-ts': seconds, 'x-app-access-sig': signature };
    return this.send({ method, url: href, headers, ...(json !== undefined && { json }) }, signal);
  }
}
