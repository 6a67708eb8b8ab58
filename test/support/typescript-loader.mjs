/**
 * For processes that tests start, and vendors that are played for developers: `node --import <this file>` runs our TypeScript as
 * it stands, where it holds only types to strip, or what --experimental-transform-types does. `x.js` in an import means `x.ts` beside it.
 */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

registerHooks({
  resolve(specifier, context, next) {
    if (!/^\..*\.js$/.test(specifier) || context.parentURL === undefined) return next(specifier, context);
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    return next(existsSync(fileURLToPath(source)) ? source.href : specifier, context);
  },
});
