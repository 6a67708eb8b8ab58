import { ScriptedClock } from '../../../../../test/support/scripted-clock.js';
import { startCallbackReceiver, type CallbackReceiver } from '../../../../../test/support/peers/callback-receiver.js';
import { FetchHttp } from '../../../../platform/http.js';
import type { JournalEvent } from '../journal.js';
import type { CallbackMessage } from './callback.message.js';
import { CallbackSender, RETRY_DELAYS_MS, type CallbackSenderOptions } from './callback.sender.js';

type Delivered = Extract<JournalEvent, { kind: 'delivered' }>;

describe('the sender of callbacks', () => {
  const clock = new ScriptedClock();
  const senders: CallbackSender[] = [];
  let journal: Delivered[];
  let receiver: CallbackReceiver;

  beforeEach(async () => {
    journal = [];
    receiver = await startCallbackReceiver();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.close()));
    await receiver.close();
  });

  function senderOf(options: Partial<CallbackSenderOptions> = {}): CallbackSender {
    const record = (event: Delivered): unknown => journal.push(event);
    const sender = new CallbackSender({ clock, http: new FetchHttp(), record, capacity: 100, ...options });
    sender.target = { url: receiver.url, secrets: ['a-secret'] };
    senders.push(sender);
    return sender;
  }

  const message = (name: string, change: Partial<CallbackMessage> = {}): CallbackMessage => ({
    ...{ checkId: `sbx_${name}`, eventId: `evt_${name}`, forged: false },
    body: JSON.stringify({ type: 'check.changed', data: { check_id: name } }),
    ...change,
  });
  const tries = (): unknown[] => journal.map(({ attempt, answer }) => [attempt, answer]);

  it.each([200, 201, 202, 204, 299])('takes %d for taken', async (status) => {
    receiver.answer((response) => response.writeHead(status).end());
    const sender = senderOf();
    expect(await sender.send(message('a'))).toBe(status);
    expect(sender.retryNow()).toBe(0);
  });

  it.each([301, 304, 307, 400, 401, 404, 409, 410, 429, 500, 503])('tries again after %d', async (status) => {
    receiver.answer((response) => response.writeHead(status, { location: '/elsewhere' }).end());
    const sender = senderOf();
    expect(await sender.send(message('a'))).toBe(status);
    expect(receiver.received.length).toBe(1);
    expect(sender.retryNow()).toBe(1);
  });

  it.each<[string, Parameters<CallbackReceiver['answer']>[0]]>([
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    [
      'half an answer',
      (response) => response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    ],
  ])('tries again after %s', async (_name, answer) => {
    receiver.answer(answer);
    const sender = senderOf();
    expect(await sender.send(message('a'))).toBeNull();
    expect(sender.retryNow()).toBe(1);
  });

  it('tries six times in all, each by its own timer and signed afresh', async () => {
    receiver.answer((response) => response.writeHead(503).end());
    const sender = senderOf({ retryDelaysMs: RETRY_DELAYS_MS.map(() => 1) });
    await sender.send(message('a'));
    clock.advance(1000);
    await receiver.arrived(6);
    await sender.settled();
    expect(sender.retryNow()).toBe(0);
    expect(tries()).toEqual([1, 2, 3, 4, 5, 6].map((attempt) => [attempt, 503]));
    const [first, ...others] = receiver.received.map(({ headers }) => headers['sandbox-signature']);
    expect(others).not.toContain(first);
    expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
  });

  it('waits longer from try to try, less than a quarter of an hour in all', () => {
    expect(RETRY_DELAYS_MS).toEqual([...RETRY_DELAYS_MS].sort((one, other) => one - other));
    expect([RETRY_DELAYS_MS.length, RETRY_DELAYS_MS[0]]).toEqual([5, 1000]);
    expect(RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay)).toBeLessThan(900_000);
  });

  it('does not repeat a forged one', async () => {
    receiver.answer((response) => response.writeHead(401).end());
    const sender = senderOf();
    await sender.send(message('a', { forged: true }));
    expect(sender.retryNow()).toBe(0);
  });

  it('tries again where callbacks go by then', async () => {
    const later = await startCallbackReceiver();
    receiver.answer((response) => response.writeHead(503).end());
    const sender = senderOf();
    await sender.send(message('a'));
    sender.target = { url: later.url, secrets: ['new-secret'] };
    sender.retryNow();
    await sender.settled();
    await later.close();
    expect([receiver.received.length, later.received.length]).toEqual([1, 1]);
  });

  it('drops what it has nowhere to send', async () => {
    const sender = senderOf();
    sender.target = null;
    expect(await sender.send(message('a'))).toBeNull();
    expect([sender.retryNow(), journal]).toEqual([0, []]);
  });

  it('has sixteen on their way at most, and sends the others in order after them', async () => {
    const answers: (() => void)[] = [];
    receiver.answer((response) => answers.push(() => response.end()));
    const sender = senderOf();
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    const all = Promise.all(names.map((name) => sender.send(message(name))));
    await receiver.arrived(16);
    const first = receiver.received.map(({ event }) => event.data.check_id);
    expect(new Set(first)).toEqual(new Set(names.slice(0, 16)));
    for (let index = 0; index < 20; index += 1) {
      await receiver.arrived(index + 1);
      answers[index]?.();
    }
    expect(await all).toEqual(names.map(() => 200));
    expect(receiver.received.length).toBe(20);
  });

  it('drops the oldest that waits where too many wait', async () => {
    const answers: (() => void)[] = [];
    receiver.answer((response) => answers.push(() => response.end()));
    const sender = senderOf({ capacity: 2 });
    const onTheirWay = Array.from({ length: 16 }, (_, index) => sender.send(message(String(index))));
    const waiting = ['16', '17', '18'].map((name) => sender.send(message(name)));
    expect(await waiting[0]).toBeNull();
    await receiver.arrived(16);
    receiver.answer((response) => response.end());
    for (const answer of answers) answer();
    expect(await Promise.all([...onTheirWay, ...waiting])).toEqual([...onTheirWay.map(() => 200), null, 200, 200]);
  });

  it('gives up on what it cannot keep for another try', async () => {
    receiver.answer((response) => response.writeHead(503).end());
    const sender = senderOf({ capacity: 2 });
    for (const name of ['a', 'b', 'c']) await sender.send(message(name));
    expect(sender.retryNow()).toBe(2);
  });

  it('ends what is on its way when it closes, and begins nothing after that', async () => {
    receiver.answer(() => undefined);
    const sender = senderOf();
    const all = Array.from({ length: 20 }, (_, index) => sender.send(message(String(index))));
    await receiver.arrived(16);
    await sender.close();
    expect(await Promise.all(all)).toEqual(all.map(() => null));
    expect([receiver.received.length, sender.retryNow(), await sender.send(message('late'))]).toEqual([16, 0, null]);
    expect(receiver.received.length).toBe(16);
  });
});
