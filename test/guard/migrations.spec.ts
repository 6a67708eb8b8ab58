import { basename } from 'node:path';
import { MIGRATIONS } from '../../migrations/index.js';
import { projectFiles, textOf } from './project-files.js';

describe('the migrations', () => {
  const files = projectFiles().filter(
    (path) => /^migrations\/.*\.ts$/.test(path) && !/\/index\.ts$|\.spec\.ts$/.test(path),
  );

  it('all run, in the order of their files', () => {
    const listed = MIGRATIONS.map(({ name }) => name);
    const declared = files.map((path) => /export class (\w+) implements MigrationInterface/.exec(textOf(path))?.[1]);
    expect(listed).toEqual(declared);
    expect(listed.length).toBeGreaterThan(0);
  });

  it.each(files)('%s has its time in the name of its class, and a way back', (path) => {
    const [time = ''] = basename(path).split('-');
    const migration = MIGRATIONS.find(({ name }) => name.endsWith(time));
    expect(migration?.name).toMatch(/^[A-Z][A-Za-z]+\d{13}$/);
    expect(typeof migration?.prototype.down).toBe('function');
  });
});
