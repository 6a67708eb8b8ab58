import type { DeploymentConnection } from '../../connections/index.js';

/** How patient the service is, and where its providers are. All durations in milliseconds. */
export abstract class VerificationsOptions {
  /** How long a create waits for the provider before it answers with what is true so far. */
  abstract readonly waitMs: number;
  /** How long one call to a provider may take. */
  abstract readonly callDeadlineMs: number;
  /** How long a verification may wait for a first decision. */
  abstract readonly windowMs: number;
  /** After how many days what a decided check was asked about and answered is shredded; null: it is kept. */
  abstract readonly evidenceKeptDays: number | null;
  /** The deployment's own connection for each provider, by name; judged when the module is made, by what the wired adapters need. */
  abstract readonly connections: Readonly<Record<string, DeploymentConnection>>;
  /** The same for test keys. Of `connections` count for those what is wired for test keys alone: live credentials are not spent on tests. */
  abstract readonly testConnections: Readonly<Record<string, DeploymentConnection>>;
}

/** What holds where nothing is said. */
export const DEFAULT_OPTIONS: VerificationsOptions = {
  waitMs: 5_000,
  callDeadlineMs: 30_000,
  windowMs: 72 * 3_600_000,
  evidenceKeptDays: null,
  connections: {},
  testConnections: {},
};
