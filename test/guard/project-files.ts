import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder that holds package.json: tests are started there. */
export const projectRoot = process.cwd();

/** The text of a file, by its path from the project's folder. */
export function textOf(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

/**
 * Every file that belongs to the project, as sorted paths from its folder with `/`: what git tracks, and what it would track if
 * it were added. Where there is no git, everything that stands in the folder and is not made by a build.
 */
export function projectFiles(): string[] {
  // The folder may belong to another user than the one who runs the tests, which git refuses unless told.
  const options = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const git = spawnSync('git', options, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  const tracked = existsSync(join(projectRoot, '.git')) && git.status === 0;
  const paths = tracked
    ? git.stdout.split('\0').filter((path) => path !== '' && existsSync(join(projectRoot, path)))
    : walk('');
  return paths.sort();
}

const MADE = /^(\.git|node_modules|dist|\.build|\.data|coverage|.*\.log)$/;

function walk(folder: string): string[] {
  return readdirSync(join(projectRoot, folder), { withFileTypes: true })
    .filter((entry) => !MADE.test(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? walk(`${folder}${entry.name}/`) : [`${folder}${entry.name}`]));
}
