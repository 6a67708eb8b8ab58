import { ScriptedClock } from '../../../../../test/support/scripted-clock.js';
import { SandboxVendorDriver } from '../../../../../test/support/sandbox-vendor-driver.js';
import { startCallbackReceiver, type CallbackReceiver } from '../../../../../test/support/peers/callback-receiver.js';
import type { JsonObject } from '../../../../platform/json.js';
import { signatureOf } from './callback.signing.js';

const secrets = ['one-secret', 'other-secret'];

describe('the sandbox vendor calls back', () => {
  const clock = new ScriptedClock();
  const vendor = new SandboxVendorDriver(clock);
  let receiver: CallbackReceiver;

  beforeEach(async () => {
    receiver = await startCallbackReceiver();
    await vendor.run({ callbacks: { url: receiver.url, secrets } });
  });
  afterEach(async () => {
    await vendor.close();
    await receiver.close();
  });

  const statuses = (): readonly string[] => receiver.received.map(({ event }) => event.data.status);
  const start = async (callbacks: string, change: JsonObject = {}): Promise<string> =>
    (await vendor.start('a', { callbacks, ...change })).id;
  /** A check in review that is then in work and then approved. */
  const change = async (callbacks: string): Promise<string> => {
    const id = await start(callbacks, { scenario: 'review' });
    await vendor.decide(id, 'processing');
    await vendor.decide(id, 'approved');
    return id;
  };

  describe('about', () => {
    it('a check that is decided at its start, with its ids and status and nothing of the person', async () => {
      const { id } = await vendor.start('a', { subject: { given_name: 'Canary-Erika' } });
      await vendor.callbacksSettled();
      expect(receiver.received.map(({ event }) => event)).toEqual([
        {
          event_id: expect.stringMatching(/^evt_[0-9a-f]{24}$/) as unknown,
          type: 'check.changed',
          created_at: clock.now(),
          data: { check_id: id, client_reference: 'ref-a', status: 'approved' },
        },
      ]);
    });

    it.each(['review', 'hosted', 'pending_then_verified'])(
      'no start that leaves it undecided: %s',
      async (scenario) => {
        await start('on', { scenario });
        await vendor.callbacksSettled();
        expect(receiver.received).toEqual([]);
      },
    );

    it('no start that is repeated', async () => {
      await Promise.all([vendor.start('a'), vendor.start('a')]);
      await vendor.callbacksSettled();
      expect(receiver.received.length).toBe(1);
    });

    it('a check whose start was never answered', async () => {
      await expect(vendor.start('a', { scenario: 'fault:lost_answer' })).rejects.toThrow();
      await vendor.callbacksSettled();
      expect(statuses()).toEqual(['approved']);
    });

    it('no check that was not made', async () => {
      await vendor.start('a', { scenario: 'fault:500' });
      await vendor.callbacksSettled();
      expect(receiver.received).toEqual([]);
    });

    it('each decision, by whoever makes it: reading, driver, customer', async () => {
      const read = await start('on', { scenario: 'pending_then_failed', decide_after: 1 });
      await vendor.read(read);
      const hosted = await vendor.start('h', { scenario: 'hosted' });
      await fetch((hosted['link'] as { url: string }).url, { method: 'POST', body: 'decision=approved' });
      await vendor.decide(hosted.id, 'in_review');
      await vendor.callbacksSettled();
      expect(statuses().toSorted()).toEqual(['approved', 'declined', 'in_review']);
    });

    it('no erasure: the status is what it was', async () => {
      const id = await start('on');
      await vendor.ask('DELETE', `/v1/checks/${id}`);
      await vendor.callbacksSettled();
      expect(receiver.received.length).toBe(1);
    });
  });

  it('signed with each secret, over the bytes that it sends and the time', async () => {
    await start('on');
    await vendor.callbacksSettled();
    const { headers = {}, body = Buffer.alloc(0) } = receiver.received[0] ?? {};
    expect(headers['sandbox-signature']).toBe(signatureOf(body, secrets, clock.now()));
    expect(headers['sandbox-signature']).toMatch(/^t=1795339800,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
    expect(headers['content-type']).toBe('application/json');
  });

  it('and journals each try, without where it went or what it said', async () => {
    const id = await start('on');
    await vendor.callbacksSettled();
    const event_id = receiver.received[0]?.event.event_id;
    const entry = { kind: 'delivered', check_id: id, event_id, forged: false, answer: 200, attempt: 1 };
    expect(vendor.delivered()).toMatchObject([entry]);
    expect(Object.keys(vendor.delivered()[0] ?? {}).length).toBe(Object.keys(entry).length + 2);
  });

  describe('in the manner that is asked for:', () => {
    it('none', async () => {
      await change('none');
      expect(await vendor.flush()).toBe(0);
      expect(receiver.received).toEqual([]);
    });

    it('late: when it is told, in order', async () => {
      await change('late');
      await vendor.callbacksSettled();
      expect(receiver.received).toEqual([]);
      expect(await vendor.flush()).toBe(2);
      expect(statuses()).toEqual(['processing', 'approved']);
      expect(await vendor.flush()).toBe(0);
    });

    it('late: about each check by itself', async () => {
      await start('late');
      await vendor.start('b', { callbacks: 'late', scenario: 'expired' });
      await vendor.flush();
      expect(statuses().toSorted()).toEqual(['approved', 'expired']);
    });

    it('shuffled: the newest first, each after the answer to the one before', async () => {
      await change('shuffled');
      let open = 0;
      const most: number[] = [];
      receiver.answer((response) => {
        open += 1;
        most.push(open);
        setImmediate(() => response.end(() => (open -= 1)));
      });
      await vendor.flush();
      expect(statuses()).toEqual(['approved', 'processing']);
      expect(most).toEqual([1, 1]);
    });

    it('doubled: twice at once, and again after both were answered', async () => {
      const answers: (() => void)[] = [];
      receiver.answer((response) => {
        answers.push(() => response.end());
      });
      await start('doubled');
      await receiver.arrived(2);
      for (const answer of answers) answer();
      await receiver.arrived(3);
      answers[2]?.();
      await vendor.callbacksSettled();
      expect(receiver.received.length).toBe(3);
      expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
    });

    it('forged: the opposite before each, signed with another secret and sent once', async () => {
      receiver.answer((response, { event }) => {
        response.writeHead(event.data.status === 'declined' ? 401 : 204).end();
      });
      const id = await start('forged');
      await vendor.flush();
      expect(statuses()).toEqual(['declined', 'approved']);
      expect(receiver.received.map(({ event }) => event.data.check_id)).toEqual([id, id]);
      const genuine = receiver.received.map(({ headers, body }) =>
        (headers['sandbox-signature'] ?? '').startsWith(signatureOf(body, secrets, clock.now())),
      );
      expect(genuine).toEqual([false, true]);
      expect(vendor.delivered().map(({ forged, answer }) => [forged, answer])).toEqual([
        [true, 401],
        [false, 204],
      ]);
    });

    it.each(['overtaking', 'early'])('%s: answered before the start is', async (callbacks) => {
      let answered = false;
      receiver.answer((response) => {
        setImmediate(() => {
          answered = true;
          response.end();
        });
      });
      await start(callbacks);
      expect([answered, statuses()]).toEqual([true, ['approved']]);
    });

    it('early: without our reference, so that nobody can know yet what it is about', async () => {
      const id = await change('early');
      await vendor.callbacksSettled();
      for (const { event } of receiver.received)
        expect(event.data).toEqual({ check_id: id, status: expect.any(String) as unknown });
      expect(receiver.received.length).toBe(2);
    });

    it('without_id: equal news in equal bodies', async () => {
      const id = await start('without_id');
      clock.advance(1000);
      await vendor.decide(id, 'approved');
      await vendor.callbacksSettled();
      const [one, other] = receiver.received;
      expect(one?.event).toEqual({
        type: 'check.changed',
        data: { check_id: id, client_reference: 'ref-a', status: 'approved' },
      });
      expect(other?.body).toEqual(one?.body);
    });

    it('unknown: about a check and a reference that nobody has', async () => {
      const id = await start('unknown');
      await vendor.callbacksSettled();
      const data = receiver.received[0]?.event.data;
      expect(data?.check_id).toMatch(/^sbx_[0-9a-f]{24}$/);
      expect(data?.check_id).not.toBe(id);
      expect(data?.client_reference).not.toBe('ref-a');
      expect((await vendor.ask('GET', `/v1/checks/${data?.check_id ?? ''}`)).status).toBe(404);
    });
  });

  it('when it is told to, with the present state as news of its own, and says what came back', async () => {
    const id = await change('none');
    receiver.answer((response) => response.writeHead(202).end());
    const [one, two] = [await vendor.tell(id), await vendor.tell(id)];
    expect([one.answer, two.answer, statuses()]).toEqual([202, 202, ['approved', 'approved']]);
    expect(receiver.received.map(({ event }) => event.event_id)).toEqual([one.event_id, two.event_id]);
    expect(one.event_id).not.toBe(two.event_id);
  });
});
