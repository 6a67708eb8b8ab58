import { ENVIRONMENT } from '../../src/config/env.js';
import { textOf } from './project-files.js';

interface Example {
  readonly name: string;
  readonly described: boolean;
}

/** The variables of an example file, set or commented out, and whether words stand above each. */
function examplesIn(text: string): Example[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^(?:# ?)?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1];
    const above = lines[index - 1] ?? '';
    return name === undefined ? [] : [{ name, described: /^# ?\S+ \S+/.test(above) && !/^# ?[A-Z0-9_]+=/.test(above) }];
  });
}

function faultsOf(text: string, declared: readonly string[]): string[] {
  const examples = examplesIn(text);
  const names = examples.map(({ name }) => name);
  return [
    ...declared.filter((name) => !names.includes(name)).map((name) => `${name} is missing`),
    ...names.filter((name) => !declared.includes(name)).map((name) => `${name} is unknown`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} stands there twice`),
    ...examples.filter(({ described }) => !described).map(({ name }) => `${name} is not described`),
  ];
}

describe('.env.example', () => {
  it('shows and describes every variable that the service reads, and no other', () => {
    expect(faultsOf(textOf('.env.example'), Object.keys(ENVIRONMENT))).toEqual([]);
  });

  it.each([
    ['# Where it listens.\nPORT=3000\n', []],
    ['# Where it listens.\n# PORT=3000\n', []],
    ['', ['PORT is missing']],
    ['PORT=3000\n', ['PORT is not described']],
    ['# Where it listens.\nPORT=1\n# Where it listens.\nPORT=2\n', ['PORT stands there twice']],
    ['# Where it listens.\nPORT=1\n# The name of it.\nHOST=a\n', ['HOST is unknown']],
    ['# Where it listens.\nPORT=1\nHOST=a\n', ['HOST is unknown', 'HOST is not described']],
  ])('of %j has the faults %j', (text, faults) => {
    expect(faultsOf(text, ['PORT'])).toEqual(faults);
  });
});
