import { parseArgs } from 'node:util';
import { SystemClock } from '../../platform/clock.js';
import { startSandboxVendor } from './sandbox.vendor.js';

// The sandbox vendor as a process of its own. Prints one JSON line, `{"url":"http://127.0.0.1:.."}`, once it listens.
const { values } = parseArgs({
  options: {
    'api-key': { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    journal: { type: 'string' },
    'callback-url': { type: 'string' },
    'callback-secret': { type: 'string', multiple: true },
    'max-checks': { type: 'string', default: '100000' },
    'max-journal-entries': { type: 'string', default: '1000000' },
  },
});

if (values['api-key'] === undefined) throw new Error('--api-key is required');
const { 'callback-url': callbackUrl, 'callback-secret': secrets = [] } = values;
if ((callbackUrl === undefined) !== (secrets.length === 0)) {
  throw new Error('--callback-url and --callback-secret go together');
}

const vendor = await startSandboxVendor({
  clock: new SystemClock(),
  apiKey: values['api-key'],
  host: values.host,
  port: Number(values.port),
  maxChecks: Number(values['max-checks']),
  maxJournalEntries: Number(values['max-journal-entries']),
  ...(callbackUrl !== undefined && { callbacks: { url: callbackUrl, secrets } }),
  ...(values.journal !== undefined && { journalFile: values.journal }),
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void vendor.close());

process.stdout.write(`${JSON.stringify({ url: vendor.url })}\n`);
