import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const rootDir = fileURLToPath(new URL('..', import.meta.url));

/**
 * Five projects, chosen by `--selectProjects unit`; those in `processes` start the application with a server of its own,
 * whatever database the others use. Tests are TypeScript; `#app/...` is the application as built (dist), since only the
 * real compiler runs the plugin that describes the API.
 */
const shared = {
  rootDir,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // JavaScript first: beside a file of dist lies its .d.ts.
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json' }] },
  modulePathIgnorePatterns: ['<rootDir>/\\.build/', '<rootDir>/\\.data/'],
};

const withDatabase = {
  ...shared,
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
};

const inFolder = (name) => ({
  ...withDatabase,
  displayName: name,
  roots: ['<rootDir>/test'],
  testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`],
});

const config = {
  rootDir,
  testTimeout: 30_000,
  // Half as many again as there are cores: what a worker does is a third waiting, for PostgreSQL above all.
  maxWorkers: Math.ceil(1.5 * availableParallelism()),
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/src', '<rootDir>/scripts'],
      testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/scripts/**/*.spec.mjs'],
    },
    inFolder('integration'),
    inFolder('e2e'),
    inFolder('processes'),
    inFolder('guard'),
  ],
};

export default config;
