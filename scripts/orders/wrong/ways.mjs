import { registerHooks } from 'node:module';

/** Ways to be wrong, by the module of the service that is replaced and the one that asks for it. */
const WRONGS = {
  'last-word': { instead: 'wrong-reducer.mjs', of: '/reducer.js', for: '/verification-door.js' },
  'last-reference': { instead: 'wrong-reducer.mjs', of: '/reducer.js', for: '/verification-door.js' },
  'fault-is-word': { instead: 'wrong-reducer.mjs', of: '/reducer.js', for: '/verification-door.js' },
  'any-override': { instead: 'wrong-reducer.mjs', of: '/reducer.js', for: '/verification-door.js' },
  unlocked: {
    instead: 'wrong-statements.mjs',
    of: '/verifications.statements.js',
    for: '/verifications.repository.js',
  },
};

/**
 * Makes the service wrong in a known way, so that one sees that it is found: to be called before the service is loaded.
 * `last-word`: what is heard last counts; `last-reference`: the same of references alone; `fault-is-word`: an outage ends a review;
 * `any-override`: an override moves anything anywhere; `unlocked`: rows are read without a lock and written whatever their version is.
 * @param {string} name
 */
export function goWrong(name) {
  if (!Object.hasOwn(WRONGS, name)) throw new Error(`--wrong is one of ${Object.keys(WRONGS).join(', ')}`);
  const wrong = WRONGS[name];
  const url = new URL(`${wrong.instead}?${name}`, import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.endsWith(wrong.of) && context.parentURL?.endsWith(wrong.for)
        ? { url, shortCircuit: true }
        : next(specifier, context),
  });
}
