import { createServer } from 'node:http';

/**
 * What a bare server does for each route.
 * @typedef {object} Handlers
 * @property {(request: import('node:http').IncomingMessage) => Promise<object>} tenantOf
 * @property {(tenant: object, limit: number) => Promise<string>} list the answer's JSON text
 * @property {(tenant: object, id: string) => Promise<string>} get
 * @property {(tenant: object, body: object, key: string | undefined) => Promise<string>} create
 */

/**
 * A bare `node:http` server for three routes, without a framework.
 * @param {Handlers} handlers
 */
export function serve(handlers) {
  const server = createServer((request, response) => {
    answer(handlers, request).then(
      ([status, text]) => send(response, status, text),
      (error) => send(response, 500, JSON.stringify({ error: String(error.stack) })),
    );
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`Serving on http://127.0.0.1:${server.address().port}\n`));
  process.once('SIGTERM', () => process.exit(0));
}

async function answer(handlers, request) {
  const tenant = await handlers.tenantOf(request);
  if (request.method === 'POST') {
    const body = JSON.parse(await readText(request));
    return [201, await handlers.create(tenant, body, request.headers['idempotency-key'])];
  }
  const [path, query = ''] = request.url.split('?');
  const id = path.slice('/v1/verifications/'.length);
  if (id !== '') return [200, await handlers.get(tenant, id)];
  return [200, await handlers.list(tenant, Number(new URLSearchParams(query).get('limit')))];
}

function send(response, status, text) {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function readText(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}
