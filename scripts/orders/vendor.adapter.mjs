import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { CallbackRefused } from '../../dist/src/providers/provider-adapter.js';

const SIGNATURE = 'story-signature';
const OVER = { outcome: 'failed', reason: 'provider_rejected', observedAt: '2026-01-01T00:00:00.000000Z' };

/** A provider whose answers a story gives: `{ story }` is the input of its checks. */
export class StoryVendor {
  provider = 'acme';
  description = 'Answers what a story tells it to.';
  testOnly = false;
  connectionForm = null;
  capabilities = { fetch: 'by_reference', find: true, callbacks: true, idempotentStart: true, redact: 'unsupported' };
  checks = [
    {
      ...{ verificationType: 'identity', checkType: 'story', proves: 'Nothing.', example: null, validityDays: 2 },
      ...{ input: z.strictObject({ story: z.number() }), inputRequired: true },
    },
  ];
  /** The deployment's connection: where callbacks come to, and what they are signed with. */
  connection = {
    ...{ credentials: {}, settings: {} },
    callbackSecrets: [randomBytes(32).toString('hex')],
    callbackToken: randomBytes(32).toString('hex'),
  };
  #tellers = new Map();

  /** From now on `tell` answers whatever is asked about this story. */
  tell(story, tell) {
    this.#tellers.set(story, tell);
  }

  forget(story) {
    this.#tellers.delete(story);
  }

  async start({ input }) {
    return this.#tellers.get(input.story)?.() ?? OVER;
  }

  fetch(check) {
    return this.start(check);
  }

  findByOurReference(check) {
    return this.start(check);
  }

  async readCallback({ headers, body }, { callbackSecrets }) {
    if (!callbackSecrets.some((secret) => sign(body, secret) === headers[SIGNATURE])) throw new CallbackRefused();
    return [JSON.parse(body.toString())];
  }

  /** Calls a service: something is new about a check. Returns the status of the answer. */
  async call(url, verificationId) {
    const { callbackSecrets, callbackToken } = this.connection;
    const body = JSON.stringify({ eventId: randomUUID(), ourReference: verificationId });
    const headers = { [SIGNATURE]: sign(body, callbackSecrets[0]) };
    const address = `${url}/v1/provider-callbacks/${this.provider}/${callbackToken}`;
    const answer = await fetch(address, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }
}

function sign(body, secret) {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** What creates a verification of a story. */
export function storyRequest(story, customerId) {
  return { customerId, provider: 'acme', verificationType: 'identity', checkType: 'story', input: { story } };
}
