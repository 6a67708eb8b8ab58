// As much of curl as the README uses; anything else is an error. A machine that runs the tests need not have the real one.
import { request } from 'node:http';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    include: { type: 'boolean', short: 'i' },
    header: { type: 'string', short: 'H', multiple: true, default: [] },
    data: { type: 'string', short: 'd' },
    request: { type: 'string', short: 'X' },
  },
});
const [url, ...more] = positionals;
if (url === undefined || more.length > 0) throw new Error(`one address: ${positionals.join(' ')}`);

// Without --json or -d @file, curl cuts nothing but newlines of a file: the body goes as it was given.
const body = values.data;
const headers = Object.fromEntries(
  values.header.map((line) => {
    const [name, ...rest] = line.split(':');
    return [name.trim(), rest.join(':').trim()];
  }),
);
const method = values.request ?? (body === undefined ? 'GET' : 'POST');
const call = request(url, {
  method,
  headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
});
call.on('response', async (answer) => {
  let text = '';
  for await (const chunk of answer) text += chunk;
  const lines = answer.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
  const head = [`HTTP/${answer.httpVersion} ${answer.statusCode} ${answer.statusMessage}`, ...lines, '', ''].join(
    '\r\n',
  );
  process.stdout.write(values.include ? head + text : text);
});
call.end(body);
