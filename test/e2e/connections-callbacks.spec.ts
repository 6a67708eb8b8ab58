import { startTestApp, type TestApp } from '../support/app.js';
import { deliver, DEPLOYMENT } from '../support/peers/scripted-callbacks.js';
import { ScriptedAdapter } from '../support/peers/scripted-adapter.js';

/** Each kind of character that a token may have. */
const TOKEN = 'azAZ09-._~+=azAZ09-._~+=azAZ09-._~+=';

describe("the token of the deployment's connection", () => {
  let app: TestApp;

  beforeAll(async () => {
    const connection = { ...DEPLOYMENT, callbackToken: TOKEN };
    app = await startTestApp({
      adapters: [new ScriptedAdapter({ callbacks: true })],
      ...{ connections: {}, testConnections: { scripted: connection } },
    });
  });
  afterAll(() => app.close());

  it.each(['', '/'])('is found at the end of an address as it was given, with %j behind it', async (end) => {
    expect((await deliver(app, [], { token: `${TOKEN}${end}` })).status).toBe(200);
  });

  it.each([
    ['in another case', TOKEN.toLowerCase()],
    ['with blanks for its plus signs', TOKEN.replaceAll('+', '%20')],
    ['without its last character', TOKEN.slice(0, -1)],
  ])('is not found %s', async (_name, token) => {
    expect((await deliver(app, [], { token })).status).toBe(404);
  });

  it('is found where the vendor encodes more of it than it must', async () => {
    expect((await deliver(app, [], { token: encodeURIComponent(TOKEN) })).status).toBe(200);
  });
});
