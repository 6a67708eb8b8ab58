import { instant } from '../platform/clock.js';
import { HttpFault } from '../platform/http.js';
import { beganNothing, faultOfAnswer, observationOfFault, ProviderFault, retryAfterMs } from './fault-observation.js';
import type { Retry } from './observation.js';
import { PENDING_REASONS } from './reasons.js';

const now = instant('2026-11-22T09:30:00.000001Z');

const faults: [string, unknown, string, string][] = [
  ['a deadline that passed', new HttpFault('timeout'), 'provider_timeout', 'timeout'],
  ['a refused connection', new HttpFault('refused'), 'provider_unavailable', 'outage'],
  ['a connection that broke', new HttpFault('network'), 'network_error', 'timeout'],
  ['an answer over the cap', new HttpFault('too_large'), 'provider_response_unrecognised', 'outage'],
  ['an abort', new DOMException('secret', 'AbortError'), 'provider_timeout', 'timeout'],
  ['a timeout signal', new DOMException('secret', 'TimeoutError'), 'provider_timeout', 'timeout'],
  [
    'a fault that an adapter named',
    new ProviderFault('provider_auth_failed', { class: 'operator' }),
    'provider_auth_failed',
    'operator',
  ],
  ['a defect', new TypeError('secret is not a function'), 'adapter_fault', 'outage'],
  ['an object that only looks like a fault', { name: 'HttpFault', kind: 'refused' }, 'adapter_fault', 'outage'],
  ['a thrown string', 'secret', 'adapter_fault', 'outage'],
  ['nothing at all', undefined, 'adapter_fault', 'outage'],
];

describe('observationOfFault', () => {
  it.each(faults)('makes %s pending with its reason and back-off', (_name, error, reason, retryClass) => {
    const observation = observationOfFault(error, now);
    const unsent = error instanceof HttpFault && error.kind === 'refused' ? { unsent: true } : {};
    expect(observation).toEqual({
      outcome: 'pending',
      reason,
      observedAt: now,
      retry: { class: retryClass, ...unsent },
    });
    expect(PENDING_REASONS.has(observation.reason!)).toBe(true);
  });

  it('keeps the time that the provider asked to be left alone', () => {
    const fault = new ProviderFault('provider_throttled', { class: 'throttle', afterMs: 30_000 });
    expect(observationOfFault(fault, now).retry).toEqual({ class: 'throttle', afterMs: 30_000 });
  });

  it.each(faults)('takes no words from %s', (_name, error) => {
    expect(JSON.stringify(observationOfFault(error, now))).not.toContain('secret');
  });

  it('survives an error whose members throw', () => {
    const trap = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('trap');
      },
    });
    expect(observationOfFault(trap, now).reason).toBe('adapter_fault');
  });
});

describe('faultOfAnswer', () => {
  it.each([
    [302, 'provider_response_unrecognised', 'outage'],
    [304, 'provider_response_unrecognised', 'outage'],
    [400, 'provider_response_unrecognised', 'operator'],
    [401, 'provider_auth_failed', 'operator'],
    [403, 'provider_auth_failed', 'operator'],
    [404, 'provider_endpoint_gone', 'operator'],
    [408, 'provider_timeout', 'timeout'],
    [409, 'provider_response_unrecognised', 'operator'],
    [410, 'provider_endpoint_gone', 'operator'],
    [422, 'provider_response_unrecognised', 'operator'],
    [429, 'provider_throttled', 'throttle'],
    [500, 'provider_unavailable', 'outage'],
    [502, 'provider_unavailable', 'outage'],
    [599, 'provider_unavailable', 'outage'],
  ])('reads %i as %s', (status, reason, retryClass) => {
    const fault = faultOfAnswer({ status, headers: {} }, now);
    expect([fault?.reason, fault?.retry]).toEqual([reason, { class: retryClass }]);
  });

  it.each([200, 201, 202, 204, 299])('finds no fault in %i', (status) => {
    expect(faultOfAnswer({ status, headers: {} }, now)).toBeNull();
  });

  it.each([429, 503])('hands over how long %i asks to wait', (status) => {
    expect(faultOfAnswer({ status, headers: { 'retry-after': '7' } }, now)?.retry.afterMs).toBe(7000);
  });
});

describe('retryAfterMs', () => {
  it.each([
    [' 30 ', 30_000],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    ['Sun, 22 Nov 2026 09:30:10 GMT', 10_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 3_600_000],
  ])('reads %s', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  // What is over already is no time to wait for: without our own patience every question would come at once.
  it.each(['0', '000', 'Sun, 22 Nov 2026 09:30:00 GMT', 'Sun, 22 Nov 2026 09:29:59 GMT'])(
    'takes %s for no time',
    (header) => {
      expect(retryAfterMs(header, now)).toBeUndefined();
      expect(faultOfAnswer({ status: 429, headers: { 'retry-after': header } }, now)?.retry).toEqual({
        class: 'throttle',
      });
    },
  );

  it.each([undefined, '', '-1', '1.5', '1e3', '0x10', 'soon', '2026-11-22T09:30:10Z', 'Xxx, 99 Xxx 2026 09:30:10 GMT'])(
    'makes nothing of %s',
    (header) => {
      expect(retryAfterMs(header, now)).toBeUndefined();
    },
  );
});

describe('beganNothing', () => {
  it.each<[Retry | undefined, boolean]>([
    [undefined, false],
    [{ class: 'timeout' }, false],
    [{ class: 'outage' }, false],
    [{ class: 'outage', unsent: true }, true],
    [{ class: 'throttle', afterMs: 1 }, true],
    [{ class: 'quota' }, true],
    [{ class: 'operator' }, true],
  ])('of %o is %s', (retry, expected) => {
    expect(beganNothing(retry)).toBe(expected);
  });
});
