// What the language allows and this project does not, as syntax and modules; scripts/eslint.config.mjs says where each holds.
export const noEnum = {
  selector: 'TSEnumDeclaration',
  message: 'Use a union of strings: an enum is a value that JSON does not know.',
};
const noDefaultExport = {
  selector: ':matches(ExportDefaultDeclaration, ExportSpecifier[exported.name="default"])',
  message: 'Export by name, so that a thing is called the same everywhere.',
};
const fewParameters = {
  selector:
    ':matches(FunctionDeclaration, ArrowFunctionExpression, TSEmptyBodyFunctionExpression, TSMethodSignature, :not(MethodDefinition[kind="constructor"]) > FunctionExpression)[params.length>4]',
  message: 'More than four parameters: pass one object.',
};
const fewDependencies = {
  selector:
    'MethodDefinition[kind="constructor"] > :matches(FunctionExpression, TSEmptyBodyFunctionExpression)[params.length>6]',
  message: 'More than six dependencies: this class does the work of two.',
};
export const noEnvironment = [
  {
    selector:
      'MemberExpression[object.name="process"][property.name="env"], MemberExpression[object.name="process"][property.value="env"]',
    message: 'Only src/config/env.ts reads the environment; take the value as an argument.',
  },
  {
    selector: 'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
    message: 'Only src/config/env.ts reads the environment; take the value as an argument.',
  },
];
export const noExit = {
  selector: 'MemberExpression[object.name="process"][property.name=/^(exit|abort|reallyExit)$/]',
  message: 'Only src/main.ts ends the process; throw instead.',
};
export const noTime = [
  {
    selector:
      ':matches(NewExpression, CallExpression)[callee.name="Date"], MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Time comes from Clock, and is an Instant: see src/platform/clock.ts.',
  },
  {
    selector: 'TSTypeReference[typeName.name="Date"]',
    message: 'A Date loses microseconds; use Instant of src/platform/clock.ts.',
  },
  {
    selector: 'MemberExpression[object.name="performance"]',
    message: 'Time comes from Clock: see src/platform/clock.ts.',
  },
  {
    selector: 'MemberExpression[object.name="process"][property.name=/^(hrtime|uptime)$/]',
    message: 'Time comes from Clock: see src/platform/clock.ts.',
  },
  {
    selector: 'CallExpression > Identifier.callee[name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Waiting is done in src/platform, where tests can replace it.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(setTimeout|setInterval|setImmediate)$/]',
    message: 'Waiting is done in src/platform, where tests can replace it.',
  },
];
const noRequestScope = {
  selector: 'MemberExpression[object.name="Scope"][property.name=/^(REQUEST|TRANSIENT)$/]',
  message: 'Who asks is an argument: no request-scoped providers.',
};
export const noBranch = {
  selector:
    'MethodDefinition :matches(IfStatement, SwitchStatement, ForStatement, ForOfStatement, WhileStatement, TryStatement)',
  message: 'A controller hands over and maps; what it decides belongs into the service.',
};
export const timeModules = [
  'timers',
  'node:timers',
  'timers/promises',
  'node:timers/promises',
  'perf_hooks',
  'node:perf_hooks',
].map((name) => ({
  name,
  message: 'Time and waiting come from src/platform.',
}));
export const processModule = ['process', 'node:process'].map((name) => ({
  name,
  message: 'Use the global process: its rules look for that name.',
}));

export const noHttpException = {
  group: ['@nestjs/common'],
  importNamePattern: 'Exception$',
  message: 'Throw an AppError: only src/errors knows HTTP.',
};

export const everywhere = [noEnum, noDefaultExport, fewParameters, fewDependencies];
export const inSource = [...everywhere, ...noEnvironment, noExit, noRequestScope, ...noTime];
