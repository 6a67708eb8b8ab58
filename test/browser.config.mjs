import { fileURLToPath } from 'node:url';
import jestConfig from './jest.config.mjs';

const rootDir = fileURLToPath(new URL('..', import.meta.url));
const [{ testEnvironment, extensionsToTreatAsEsm, moduleFileExtensions, moduleNameMapper, transform }] =
  jestConfig.projects;

/** Tests in a real browser: Debian's Chromium, which npm doesn't bring. They start the service as `npm start` does. */
const config = {
  rootDir,
  testTimeout: 60_000,
  ...{ testEnvironment, extensionsToTreatAsEsm, moduleFileExtensions, moduleNameMapper, transform },
  modulePathIgnorePatterns: ['<rootDir>/\\.build/', '<rootDir>/\\.data/'],
  roots: ['<rootDir>/test/browser'],
  testMatch: ['<rootDir>/test/browser/**/*.spec.ts'],
};

export default config;
