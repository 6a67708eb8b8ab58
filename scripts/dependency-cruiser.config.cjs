/** Which way the arrows point (docs/architecture.md). test/guard/dependency-rule.spec.ts shows for each rule that it can fail. */

// What src/ is made of. A folder that is not listed here is a feature.
const SEAM_FILE = '^src/providers/(?:vendor/)?[^/]+\\.ts$';
/** A vendor's folder. What several vendors are built with stands in `vendor/`, and belongs to the seam. */
const VENDOR = '^src/providers/(?!vendor/)([^/]+)/';
const VENDOR_DOOR = '^src/providers/[^/]+/index\\.ts$';
const ROOT = '^src/[^/]+\\.ts$';
/** The composition root of the service: all that stands in src itself, but the door of the library. */
const SERVICE = '^src/(?!index\\.ts$)[^/]+\\.ts$';
const SPEC = '\\.spec\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'Files that need each other are one file, or one of them knows too much. Type-only imports count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'Tests may name what the build makes.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['(^|/)dist/', '^#app/'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'Only packages that package.json names are there on the next machine.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-dev-package-in-src',
      comment: 'What runs in production must be installed there.',
      severity: 'error',
      from: { path: '^(src|migrations|ormconfig)', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
    },
    {
      name: 'no-test-in-src',
      comment: 'Production code knows neither tests nor the bench. The specs beside the code may use what tests share.',
      severity: 'error',
      from: { path: '^(src|migrations|ormconfig)', pathNot: SPEC },
      to: { path: ['^(test|bench|scripts)/', SPEC] },
    },
    {
      name: 'no-spec-as-module',
      comment: "A test is nobody else's module: what two tests share stands in test/support.",
      severity: 'error',
      from: {},
      to: { path: SPEC },
    },
    {
      name: 'test-support-below-tests',
      comment: 'What tests share does not depend on a test.',
      severity: 'error',
      from: { path: '^test/support/' },
      to: { path: '^(test/(e2e|processes|integration|guard)|bench)/' },
    },
    {
      name: 'platform-below-all',
      comment: 'The world outside knows nothing of the product.',
      severity: 'error',
      from: { path: '^src/platform/', pathNot: SPEC },
      to: { path: '^(src/(?!platform/)|migrations/)' },
    },
    {
      name: 'errors-on-platform-only',
      severity: 'error',
      from: { path: '^src/errors/', pathNot: SPEC },
      to: { path: '^src/(?!errors/|platform/)' },
    },
    {
      name: 'config-on-platform-only',
      severity: 'error',
      from: { path: '^src/config/', pathNot: SPEC },
      to: { path: '^src/(?!config/|platform/)' },
    },
    {
      name: 'environment-at-the-root-only',
      comment: 'The environment is read once, at the composition root; everything else takes values.',
      severity: 'error',
      from: {
        path: '^(src|migrations)/',
        pathNot: [SPEC, '^src/config/', SERVICE],
      },
      to: { path: '^src/config/' },
    },
    {
      name: 'root-on-top',
      comment: 'Nothing imports the composition root or the door of the library but the root itself.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: SPEC },
      to: { path: ROOT },
    },
    {
      name: 'library-without-root',
      comment: 'A host application that imports the library gets neither our process nor our environment.',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: [SERVICE, '^src/config/'], reachable: true },
    },
    {
      name: 'seam-on-platform-only',
      comment: 'The seam is what vendors are written against: it stands on src/platform alone.',
      severity: 'error',
      from: { path: SEAM_FILE, pathNot: SPEC },
      to: { path: '^src/(?!providers/|platform/)' },
    },
    {
      name: 'seam-without-vendors',
      comment: 'Only the registration list names vendors, and each by its door.',
      severity: 'error',
      from: { path: SEAM_FILE, pathNot: [SPEC, '^src/providers/adapters\\.ts$'] },
      to: { path: VENDOR },
    },
    {
      name: 'vendor-through-its-door',
      severity: 'error',
      from: { path: '^(src|migrations|ormconfig)', pathNot: [VENDOR, SPEC] },
      to: { path: VENDOR, pathNot: VENDOR_DOOR },
    },
    {
      name: 'vendors-named-by-the-list-only',
      comment:
        'A vendor is one folder and one line in src/providers/adapters.ts. Only src/development.ts may start one that we play ourselves.',
      severity: 'error',
      from: { path: '^(src|migrations)/', pathNot: [VENDOR, SPEC, '^src/(development|providers/adapters)\\.ts$'] },
      to: { path: VENDOR },
    },
    {
      name: 'vendor-below-the-seam',
      comment: 'A vendor knows the seam and src/platform, neither database, request, Nest nor another feature.',
      severity: 'error',
      from: { path: VENDOR, pathNot: SPEC },
      to: { path: '^(src/(?!providers/|platform/)|migrations/|ormconfig)' },
    },
    {
      name: 'vendor-without-framework',
      severity: 'error',
      from: { path: VENDOR, pathNot: SPEC },
      to: {
        path: '^(node_modules/)?(@nestjs|typeorm|pg|express|rxjs|class-validator|class-transformer|reflect-metadata|pino)(/|$)',
      },
    },
    {
      name: 'vendor-without-registration-list',
      severity: 'error',
      from: { path: VENDOR, pathNot: SPEC },
      to: { path: '^src/providers/adapters\\.ts$' },
    },
    {
      name: 'vendors-apart',
      severity: 'error',
      from: { path: VENDOR, pathNot: SPEC },
      to: { path: VENDOR, pathNot: '^src/providers/$1/' },
    },
    {
      name: 'feature-through-its-door',
      comment: 'What another feature may use stands in the index.ts of the folder. platform and the seam are open.',
      severity: 'error',
      from: { path: '^(?:src/)?([^/]+)', pathNot: [SPEC, '^(test|bench|scripts)/'] },
      to: {
        path: '^src/(?!platform/|providers/)[^/]+/',
        pathNot: ['^src/[^/]+/index\\.ts$', '^src/database/embedded/index\\.ts$', '^src/config/', '^src/$1/'],
      },
    },
    {
      name: 'work-below-features',
      comment: 'Features hand handlers to src/work, which knows none of them.',
      severity: 'error',
      from: { path: '^src/work/', pathNot: SPEC },
      to: { path: '^src/(?!work/|platform/|errors/|database/)' },
    },
    {
      name: 'database-below-features',
      comment: 'The two doors serve any feature; entities and migrations reach them as arguments.',
      severity: 'error',
      from: { path: '^src/database/', pathNot: SPEC },
      to: { path: '^src/(?!database/|platform/|errors/)' },
    },
  ],
  options: {
    // Type-only imports are arrows too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.build|\\.data|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
