// What holds before every commit. Runs all of it, so that one run shows every fault; on the project's own Node, once it is set up.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SOURCES = ['src', 'migrations', 'test', 'bench', 'ormconfig.ts'].filter((path) => existsSync(path));

const STEPS = {
  // The API document is formatted by what generates it.
  format: ['prettier/bin/prettier.cjs', '--check', '.', '!docs/openapi.json'],
  lint: ['eslint/bin/eslint.js', '--config', 'scripts/eslint.config.mjs', '.'],
  types: ['typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'],
  rules: [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    'scripts/dependency-cruiser.config.cjs',
    ...SOURCES,
  ],
  unit: ['jest/bin/jest.js', '--config', 'test/jest.config.mjs', '--selectProjects', 'unit'],
};

/** Runs one step; true when it found nothing. */
function passes(name) {
  console.log(`\n--- ${name}`);
  const [tool, ...args] = STEPS[name];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const { status } = spawnSync(process.execPath, [...flags, `node_modules/${tool}`, ...args], { stdio: 'inherit' });
  return status === 0;
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(STEPS, name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}`);
  process.exit(2);
}
const failed = (chosen.length > 0 ? chosen : Object.keys(STEPS)).filter((name) => !passes(name));
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
