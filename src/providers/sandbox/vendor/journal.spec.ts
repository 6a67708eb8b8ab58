import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedClock } from '../../../../test/support/scripted-clock.js';
import { SandboxVendorDriver } from '../../../../test/support/sandbox-vendor-driver.js';

const person = { given_name: 'Canary-Erika', date_of_birth: '1964-08-12' };

describe('the sandbox vendor keeps a journal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-vendor-'));
  const vendor = new SandboxVendorDriver(new ScriptedClock());
  let files = 0;

  function freshFile(): string {
    files += 1;
    return join(folder, `journal-${String(files)}`);
  }

  beforeEach(() => vendor.run());
  afterEach(() => vendor.close());
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('of each call by route, without gap, and of no word about the subject', async () => {
    const { id } = await vendor.start('a', { subject: person, scenario: 'pending_then_failed', decide_after: 1 });
    await vendor.read(id);
    await vendor.ask('GET', '/nowhere/Canary-Erika?q=Canary-Erika');
    const entries = vendor.journal();
    expect(
      entries.map((entry) => (entry.kind === 'called' ? `${entry.call} ${String(entry.answer)}` : entry.kind)),
    ).toEqual(['started', 'POST /v1/checks 201', 'changed', 'GET /v1/checks/{id} 200', 'unknown 404']);
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(JSON.stringify(entries)).not.toContain('Canary');
  });

  it('that is read over HTTP, from a place on', async () => {
    await vendor.start('a');
    const answer = await vendor.ask('GET', '/v1/journal?after=1');
    expect(await answer.json()).toEqual({ entries: vendor.journal().slice(1, 2) });
  });

  it('that bills a check whose answer is lost', async () => {
    await expect(vendor.start('a', { scenario: 'fault:lost_answer' })).rejects.toThrow();
    expect(vendor.journal()).toMatchObject([
      { kind: 'started' },
      { kind: 'called', answer: null, fault: 'fault:lost_answer' },
    ]);
  });

  it('that finds everything again after a kill, but the person', async () => {
    const journalFile = freshFile();
    await vendor.run({ journalFile });
    const one = await vendor.start('a', { subject: person, scenario: 'pending_then_verified', decide_after: 3 });
    const other = await vendor.start('b', { scenario: 'hosted' });
    await vendor.read(one.id);
    await vendor.ask('POST', `/v1/checks/${other.id}/decision`, { status: 'declined', code: 'DOCUMENT_FRAUD' });
    const before = vendor.journal();
    // Not closed: as after a kill, the file is all that the second one has.
    await vendor.run({ journalFile });
    expect(vendor.journal()).toEqual(before);
    expect(
      await vendor.start('a', { subject: person, scenario: 'pending_then_verified', decide_after: 3 }),
    ).toMatchObject({
      id: one.id,
      subject: null,
    });
    expect(vendor.started().length).toBe(2);
    expect([(await vendor.read(one.id)).status, (await vendor.read(one.id)).status]).toEqual([
      'processing',
      'approved',
    ]);
    expect(await vendor.read(other.id)).toMatchObject({ status: 'declined', code: 'DOCUMENT_FRAUD', sequence: 2 });
  });

  it('that remembers after a kill how often a fault has struck', async () => {
    const journalFile = freshFile();
    await vendor.run({ journalFile });
    await expect(vendor.start('a', { scenario: 'fault:lost_answer' })).rejects.toThrow();
    await vendor.run({ journalFile });
    expect((await vendor.start('a', { scenario: 'fault:lost_answer' })).status).toBe('approved');
    expect(vendor.started().length).toBe(1);
  });

  it('that drops a half-written last line and goes on behind it', async () => {
    const journalFile = freshFile();
    await vendor.run({ journalFile });
    const { id } = await vendor.start('a');
    appendFileSync(journalFile, '{"entry":{"sequence":3,"kind":"star');
    await vendor.run({ journalFile });
    await vendor.start('b');
    await vendor.run({ journalFile });
    expect((await vendor.read(id)).status).toBe('approved');
    expect(vendor.journal().map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  it('in a file that only its owner reads, without a word about the subject', async () => {
    const journalFile = freshFile();
    await vendor.run({ journalFile });
    await vendor.start('a', { subject: person });
    expect(statSync(journalFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(journalFile, 'utf8')).not.toMatch(/Canary|1964/);
  });
});
