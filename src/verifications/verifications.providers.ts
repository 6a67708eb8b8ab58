import { type Provider } from '@nestjs/common';
import { CallbackIntake, CallbackLoop, CallbackTarget, InboxRepository } from '../callbacks/index.js';
import { Connections, ConnectionsRepository, ConnectionTests, OwnConnections } from '../connections/index.js';
import { CustomerLookUps } from '../customers/index.js';
import { Database, Listener } from '../database/index.js';
import { EventsRepository } from '../events/index.js';
import { EvidenceRepository } from '../evidence/index.js';
import { Gates, GatesRepository } from '../gates/index.js';
import { Clock, SystemClock } from '../platform/clock.js';
import { FetchHttp, Http } from '../platform/http.js';
import { Ids, RandomIds } from '../platform/ids.js';
import { ProviderRegistry, wiredAdapters } from '../providers/provider-registry.js';
import { Vault } from '../vault/index.js';
import { DUE_CHANNEL, DueRows, Leases, Waker, WorkLoop } from '../work/index.js';
import { CustomerActions } from './customer-actions.js';
import { Cursors } from './cursors.js';
import { Idempotency } from './idempotency/idempotency.js';
import { Replays } from './idempotency/replays.js';
import { CalledChecksRepository } from './news/called-checks.repository.js';
import { CallbackNews } from './news/callback-news.js';
import { NewVerifications } from './start/new-verifications.js';
import { GatedCalls } from './start/gated-calls.js';
import { ProviderCalls } from './start/provider-calls.js';
import { Cancellations } from './start/cancellations.js';
import { ClaimedRows } from './start/claimed-rows.js';
import { VerificationDoor } from './verification-door.js';
import { VerificationOverrides } from './verification-overrides.js';
import { VerificationReader } from './verification-reader.js';
import { AnswerWait } from './start/answer-wait.js';
import { FollowUps, VERIFICATIONS_DUE } from './start/follow-ups.js';
import { Questions } from './start/questions.js';
import { Rechecks } from './recheck/rechecks.js';
import { BroughtInputs } from './recheck/brought-inputs.js';
import { Rounds } from './recheck/rounds.js';
import { FollowUpLoop } from './start/follow-up-loop.js';
import { VerificationStarts } from './start/verification-starts.js';
import { EvidenceRetention } from './sweep/evidence-retention.js';
import { ExpirySweep } from './sweep/expiry-sweep.js';
import { ProviderStates } from './http/provider-states.js';
import { connectionsOf } from './options/option-connections.js';
import { cursorsOf, keyRingOf } from './options/option-secrets.js';
import { ModuleOptions } from './options/verifications.module-options.js';
import { DEFAULT_OPTIONS, VerificationsOptions } from './options/verifications.options.js';
import { SlicesRepository } from './store/slices.repository.js';
import { VerificationsRepository } from './store/verifications.repository.js';
import { VerificationsService } from './verifications.service.js';

const WORLD: Provider[] = [
  { provide: Clock, useFactory: ({ clock }: ModuleOptions) => clock ?? new SystemClock(), inject: [ModuleOptions] },
  { provide: Ids, useClass: RandomIds },
  { provide: Http, useClass: FetchHttp },
];

const FROM_OPTIONS: Provider[] = [
  {
    provide: Database,
    useFactory: ({ dataSource, namedStatements = true }: ModuleOptions) =>
      new Database(dataSource, { namedStatements }),
    inject: [ModuleOptions],
  },
  {
    provide: ProviderRegistry,
    useFactory: ({ adapters }: ModuleOptions, clock: Clock, http: Http) =>
      new ProviderRegistry(adapters ?? wiredAdapters({ clock, http })),
    inject: [ModuleOptions, Clock, Http],
  },
  {
    provide: Vault,
    useFactory: (options: ModuleOptions) => new Vault(keyRingOf(options)),
    inject: [ModuleOptions],
  },
  {
    provide: Cursors,
    useFactory: cursorsOf,
    inject: [ModuleOptions],
  },
  {
    provide: VerificationsOptions,
    useFactory: ({ options = {} }: ModuleOptions): VerificationsOptions => Object.assign({}, DEFAULT_OPTIONS, options),
    inject: [ModuleOptions],
  },
  {
    provide: CustomerLookUps,
    useFactory: ({ customers }: ModuleOptions) => new CustomerLookUps(customers ?? null),
    inject: [ModuleOptions],
  },
  ConnectionsRepository,
  {
    provide: Connections,
    useFactory: (
      repository: ConnectionsRepository,
      options: VerificationsOptions,
      registry: ProviderRegistry,
      clock: Clock,
    ) => new Connections(repository, connectionsOf(options, registry.list(false)), clock),
    inject: [ConnectionsRepository, VerificationsOptions, ProviderRegistry, Clock],
  },
];

const GATES: Provider[] = [
  GatesRepository,
  {
    provide: Gates,
    useFactory: (repository: GatesRepository, clock: Clock, { callDeadlineMs }: VerificationsOptions) =>
      new Gates(repository, clock, callDeadlineMs),
    inject: [GatesRepository, Clock, VerificationsOptions],
  },
  GatedCalls,
  ClaimedRows,
  Cancellations,
];

const WORK: Provider[] = [
  {
    provide: DueRows,
    useFactory: (database: Database) => new DueRows(database, VERIFICATIONS_DUE),
    inject: [Database],
  },
  { provide: Leases, useFactory: (rows: DueRows) => new Leases(rows), inject: [DueRows] },
  {
    provide: Waker,
    useFactory: ({ listenUrl: url }: ModuleOptions) =>
      new Waker(url ? new Listener({ url, channel: DUE_CHANNEL }) : null),
    inject: [ModuleOptions],
  },
  { provide: WorkLoop, useClass: FollowUpLoop },
];

const FEATURE: Provider[] = [
  EventsRepository,
  EvidenceRepository,
  VerificationsRepository,
  SlicesRepository,
  Idempotency,
  VerificationDoor,
  ProviderCalls,
  NewVerifications,
  Questions,
  AnswerWait,
  VerificationStarts,
  BroughtInputs,
  Rounds,
  Rechecks,
  FollowUps,
  ExpirySweep,
  EvidenceRetention,
  VerificationOverrides,
  VerificationReader,
  CustomerActions,
  Replays,
  CalledChecksRepository,
  { provide: CallbackTarget, useClass: CallbackNews },
  InboxRepository,
  ConnectionTests,
  OwnConnections,
  CallbackIntake,
  CallbackLoop,
  ProviderStates,
  VerificationsService,
];

/** All that the module is made of, whatever its options are; `ModuleOptions` is the module's to provide. */
export const PROVIDERS: readonly Provider[] = [...WORLD, ...FROM_OPTIONS, ...GATES, ...FEATURE, ...WORK];
