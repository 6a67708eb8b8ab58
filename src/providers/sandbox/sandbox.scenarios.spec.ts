import { readFileSync } from 'node:fs';
import { sandboxInput } from './sandbox.checks.js';
import { CALLBACK_MANNERS, isFault, SCENARIOS } from './sandbox.scenarios.js';

const page = readFileSync(new URL('../../../docs/providers/sandbox.md', import.meta.url), 'utf8');
const words = SCENARIOS.map((scenario) => scenario.replace(/^failed:.*/, 'failed:<reason>'));

describe('the page about the sandbox', () => {
  it.each([...new Set(words)])('explains the scenario %s', (scenario) => {
    expect(page).toContain(`| \`${scenario}\``);
  });

  it.each(Object.keys(sandboxInput.shape))('explains the input %s', (member) => {
    expect(page).toContain(`\`${member}\``);
  });

  it.each(CALLBACK_MANNERS)('explains the manner of callbacks %s', (manner) => {
    expect(page).toMatch(new RegExp(`^\\| \`${manner}\` `, 'm'));
  });

  it('explains no scenario that there is not', () => {
    const explained = [...page.matchAll(/^\| `(fault:\w+)`/gm)].map(([, scenario]) => scenario);
    expect(explained.sort()).toEqual(SCENARIOS.filter(isFault).sort());
  });
});
