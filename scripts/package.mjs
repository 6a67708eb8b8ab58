// `npm run package`: the library as a tarball for other Nest applications. `dist` is a link to the present build, which
// `npm pack` would not follow: what is packed is a copy, without the parts that make the stand-alone service.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const SERVICE_ALONE =
  /^src\/(config|health|logging|database\/embedded)(\/|$)|^src\/(main|migrate|api-key|development|app\.module|app\.setup|explorer\.setup|openapi|openapi\.completion)\.|^ormconfig\./;
const KEPT = ['name', 'version', 'description', 'license', 'type', 'engines', 'main', 'types', 'exports'];

const folder = mkdtempSync(join(tmpdir(), 'customer-verifications-'));
try {
  const dist = realpathSync(join(root, 'dist'));
  cpSync(dist, join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !SERVICE_ALONE.test(path.slice(dist.length + 1).replaceAll(sep, '/')),
  });
  cpSync(join(root, 'README.md'), join(folder, 'README.md'));
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const kept = Object.fromEntries([...KEPT, 'dependencies', 'peerDependencies'].map((name) => [name, own[name]]));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(kept, null, 2)}\n`);
  const packed = spawnSync('npm', ['pack', folder, '--pack-destination', process.cwd()], { stdio: 'inherit' });
  process.exitCode = packed.status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
