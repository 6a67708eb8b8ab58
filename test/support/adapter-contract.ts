import { FetchHttp, Http } from '../../src/platform/http.js';
import type { Check } from '../../src/providers/provider-adapter.js';
import { describeAnswers } from './contract/answers-contract.js';
import { describeCancel } from './contract/cancel-contract.js';
import type { AdapterContract, ContractBench, ContractCase, ContractVendor } from './contract/contract-bench.js';
import { describeCallbacks } from './contract/callback-contract.js';
import { describeDeclaration } from './contract/declaration-contract.js';
import { describeHostility } from './contract/hostility-contract.js';
import { describePartition } from './contract/partition-contract.js';
import { describeProbes } from './contract/probe-contract.js';
import { ScriptedClock } from './scripted-clock.js';

export type {
  AdapterContract,
  ContractCallbacks,
  ContractCancel,
  ContractCase,
  ContractNetwork,
  ContractProbe,
  ContractVendor,
} from './contract/contract-bench.js';

/**
 * The promises of `ProviderAdapter`, as tests. Every adapter's spec calls it once, at top level:
 * `describeAdapterContract({ adapter: VendorAdapter, cases: [..] })`.
 */
export function describeAdapterContract(contract: AdapterContract): void {
  const clock = new ScriptedClock();
  let vendor: ContractVendor = { connection: { credentials: {}, settings: {} }, close: () => Promise.resolve() };
  const http = contract.network === undefined ? new NoHttp() : new FetchHttp();
  const bench: ContractBench = {
    contract,
    clock,
    adapter: new contract.adapter({ clock, http }),
    get vendor() {
      return vendor;
    },
    checkOf,
    callOf: (check, change = {}) => ({
      connection: vendor.connection,
      idempotencyKey: check.verificationId,
      signal: AbortSignal.timeout(5000),
      ...change,
    }),
  };

  describe(`${contract.adapter.name} under contract`, () => {
    beforeAll(async () => {
      vendor = (await contract.network?.start(clock)) ?? vendor;
    });
    afterAll(() => vendor.close());

    describeDeclaration(bench);
    describeAnswers(bench);
    describePartition(bench);
    describeProbes(bench);
    describeCancel(bench);
    if (contract.callbacks !== undefined) describeCallbacks(bench, contract.callbacks);
    if (contract.network !== undefined) describeHostility(bench, contract.network);
  });
}

/** For adapters that ask nobody. */
class NoHttp extends Http {
  send(): never {
    throw new Error('this adapter has no business on the network');
  }
}

let checks = 0;

function checkOf({ verificationType, checkType, input }: ContractCase): Check {
  checks += 1;
  const verificationId = `01939c5e-7a00-7000-8000-${String(checks).padStart(12, '0')}`;
  return deepFreeze({ verificationId, verificationType, checkType, input: structuredClone(input), reference: null });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
