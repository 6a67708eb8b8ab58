import type { Sought } from './opensanctions.checks.js';
import type { OpenSanctionsSettings } from './opensanctions.connection.js';

/** What a topic says about whoever carries it; `neutral` ones describe, and warn of nothing. */
export type TopicKind = 'sanction' | 'counter' | 'pep' | 'other' | 'neutral' | 'unknown';

/** Topics by kind; each also stands for those below it (`crime` for `crime.fraud`), unless they are named themselves. */
const TOPICS: ReadonlyMap<string, TopicKind> = new Map<string, TopicKind>([
  ['sanction', 'sanction'],
  ['sanction.linked', 'sanction'],
  ['sanction.counter', 'counter'],
  ['role.pep', 'pep'],
  ['role.rca', 'pep'],
  ...named(
    'other',
    'asset.frozen corp.disqual corp.offshore corp.shell crime debarment export forced.labor invest mare poi',
  ),
  ...named('other', 'reg.action reg.warn role.oligarch role.spy wanted'),
  ...named(
    'neutral',
    'corp.public fin gov mil pol rel role.acct role.act role.civil role.diplo role.journo role.judge',
  ),
  ...named('neutral', 'role.lawyer role.lobby role.pol'),
]);

function named(kind: TopicKind, topics: string): [string, TopicKind][] {
  return topics.split(' ').map((topic) => [topic, kind]);
}

/** The kind of a topic (https://www.opensanctions.org/docs/topics/). */
export function kindOf(topic: string): TopicKind {
  const steps = topic.split('.');
  for (let length = steps.length; length > 0; length -= 1) {
    const kind = TOPICS.get(steps.slice(0, length).join('.'));
    if (kind !== undefined) return kind;
  }
  return 'unknown';
}

/** The kinds that a candidate's topics say, without the neutral ones; `other` where nothing is said: somebody put it on a list for a reason. */
export function kindsOf(topics: readonly string[]): ReadonlySet<TopicKind> {
  const telling = topics.map(kindOf).filter((kind) => kind !== 'neutral');
  return new Set<TopicKind>(telling.length > 0 ? telling : ['other']);
}

/** The kinds of candidates that stand in the way of a pass. A topic that nobody knows does in every check. */
export function kindsSought(sought: Sought, settings: OpenSanctionsSettings): ReadonlySet<TopicKind> {
  const kinds = new Set<TopicKind>(['unknown']);
  if (sought !== 'sanctions') kinds.add('pep');
  if (sought === 'pep') return kinds;
  kinds.add('sanction');
  if (settings.other_topics === 'review') kinds.add('other');
  if (settings.include_counter_sanctions) kinds.add('counter');
  return kinds;
}
