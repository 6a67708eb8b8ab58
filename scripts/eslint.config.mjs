import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import {
  everywhere,
  inSource,
  noBranch,
  noEnum,
  noEnvironment,
  noExit,
  noHttpException,
  noTime,
  processModule,
  timeModules,
} from './eslint-restrictions.mjs';

const CODE = ['src/**/*.ts', 'migrations/**/*.ts', 'ormconfig.ts'];
const COMMONJS = ['module', 'require', '__dirname', '__filename'];
const TESTS = ['**/*.spec.ts', 'test/**/*.ts'];

/** Rules of the language that hold in typed and untyped files alike. */
const language = {
  eqeqeq: ['error', 'always'],
  'no-async-promise-executor': 'error',
  'no-constant-binary-expression': 'error',
  'no-debugger': 'error',
  'no-empty': 'error',
  'no-fallthrough': 'error',
  'no-irregular-whitespace': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-template-curly-in-string': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-rename': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'preserve-caught-error': 'error',
  'prefer-object-has-own': 'error',
};

export default defineConfig(
  { ignores: ['node_modules/', 'dist/', '.build/', '.data/', 'coverage/', 'docs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      ...language,
      // In a file with decorators the rule holds still, as their metadata needs the classes as values.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]|Impl$|Manager$', match: false } },
        { selector: 'class', format: ['PascalCase'], custom: { regex: 'Impl$|Manager$', match: false } },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A Nest module is a class that only carries its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Spreading a text gives its code points, which is what is meant.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-shadow': 'error',
      // Classes are injection tokens here, also for plain values such as options.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      // An async method without await still turns a throw into a rejection, which is what callers of an interface expect.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': ['error', ...everywhere],
    },
  },
  {
    files: CODE,
    rules: {
      'max-lines': ['error', { max: 200 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'no-console': 'error',
      'no-restricted-imports': ['error', { paths: [...timeModules, ...processModule], patterns: [noHttpException] }],
      'no-restricted-syntax': ['error', ...inSource],
    },
  },
  {
    files: ['src/platform/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...noEnvironment, noExit],
      'no-restricted-imports': ['error', { paths: processModule }],
    },
  },
  // Starting a server of the machine is waiting in real time, for a process that no test replaces.
  {
    files: ['src/database/embedded-*.ts', 'src/database/embedded/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...everywhere, ...noEnvironment, noExit],
      'no-restricted-imports': ['error', { paths: processModule }],
    },
  },
  { files: ['src/config/env.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere, noExit, ...noTime] } },
  { files: ['src/main.ts'], rules: { 'no-restricted-syntax': ['error', ...everywhere, ...noEnvironment, ...noTime] } },
  { files: ['src/**/*.controller.ts'], rules: { 'no-restricted-syntax': ['error', ...inSource, noBranch] } },
  {
    files: ['src/errors/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [...timeModules, ...processModule] }] },
  },
  // TypeORM's command line takes the data source from the default export, and runs where nobody hands it values.
  {
    files: ['ormconfig.ts'],
    rules: { 'no-restricted-syntax': ['error', noEnum, ...noEnvironment, noExit, ...noTime] },
  },
  // A migration is one text that is never edited again.
  { files: ['migrations/**/*.ts'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  {
    files: TESTS,
    rules: {
      // A describe holds all its tests, and a table of cases is read from top to bottom.
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': 'off',
      'no-console': 'error',
      'no-restricted-imports': 'off',
      'no-template-curly-in-string': 'off',
      'no-restricted-syntax': ['error', ...everywhere],
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The body of an answer, a row and what expect() matches are any where the test begins to look at them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [tseslint.configs.base],
    languageOptions: {
      globals: Object.fromEntries(
        [...Object.getOwnPropertyNames(globalThis), ...COMMONJS].map((name) => [name, 'readonly']),
      ),
    },
    rules: {
      ...language,
      'max-lines': ['error', { max: 200 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'no-undef': 'error',
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
);
