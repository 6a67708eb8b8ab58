/* global describe, it, expect, beforeEach, afterEach */
/* eslint max-lines-per-function: off -- a describe holds all its tests */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { identityOf, isAlive } from './processes.mjs';

const MODULE = new URL('lock.mjs', import.meta.url).href;

describe('the lock of the set-up', () => {
  let folder;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'cv-lock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (work) => {
    const code = `
      const { withLock } = await import(${JSON.stringify(MODULE)});
      const fs = await import('node:fs');
      const counter = ${JSON.stringify(join(folder, 'counter'))};
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      ${work}`;
    return spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  };

  it('lets processes that come together in one by one', async () => {
    writeFileSync(join(folder, 'counter'), '0');
    const work = `for (let turn = 0; turn < 5; turn++) await withLock(${JSON.stringify(join(folder, 'lock'))}, async () => {
      const seen = Number(fs.readFileSync(counter, 'utf8'));
      await pause(2);
      fs.writeFileSync(counter, String(seen + 1));
    });`;
    const children = Array.from({ length: 4 }, () => start(work));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(readFileSync(join(folder, 'counter'), 'utf8')).toBe('20');
    expect(readdirSync(join(folder, 'lock'))).toEqual([]);
  });

  it('is taken over from a killed process, and says for whom it waited before', async () => {
    const lock = join(folder, 'lock');
    const holder = start(
      `await withLock(${JSON.stringify(lock)}, async () => { console.log('in'); await pause(60_000); });`,
    );
    await once(holder.stdout, 'data');
    const waited = [];
    await withLock(
      lock,
      () => undefined,
      (pid) => {
        waited.push(pid);
        holder.kill('SIGKILL');
      },
    );
    expect(waited).toEqual([holder.pid]);
  });

  it('hands over the result or the failure of the work, and is free afterwards', async () => {
    expect(await withLock(folder, () => 'done')).toBe('done');
    await expect(withLock(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withLock(folder, () => 'again')).toBe('again');
  });

  it('ignores what an earlier process with a living id left', async () => {
    mkdirSync(folder, { recursive: true });
    for (const name of ['ticket.1', 'choosing']) writeFileSync(join(folder, `${name}.${process.pid}.1.abc`), '');
    expect(await withLock(folder, () => 'in')).toBe('in');
  });
});

it('a process is alive under its own identity only', () => {
  expect(isAlive(identityOf())).toBe(true);
  expect(isAlive(`${process.pid}.1`)).toBe(false);
  expect(isAlive('999999999.null')).toBe(false);
});
