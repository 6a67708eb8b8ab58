// What holds before every commit. Runs all of it at once, so that one run shows every fault; on the project's own Node, once it is set up.
import { spawn } from 'node:child_process';
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

/** Runs one step and then prints all that it said, in one piece; true when it found nothing. */
function passes(name) {
  const [tool, ...args] = STEPS[name];
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const step = spawn(process.execPath, [...flags, `node_modules/${tool}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const output of [step.stdout, step.stderr]) output.on('data', (part) => said.push(part));
  return new Promise((resolve, reject) => {
    step.once('error', reject).once('close', (code) => {
      process.stdout.write(`\n--- ${name}\n${Buffer.concat(said).toString()}`);
      resolve(code === 0);
    });
  });
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !Object.hasOwn(STEPS, name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(STEPS).join(', ')}`);
  process.exit(2);
}
const names = chosen.length > 0 ? chosen : Object.keys(STEPS);
const results = await Promise.all(names.map(passes));
const failed = names.filter((_, index) => !results[index]);
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
