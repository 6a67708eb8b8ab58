import { ProviderFault } from '../../../src/providers/fault-observation.js';
import type { Ending, Observation } from '../../../src/providers/observation.js';
import type { Check } from '../../../src/providers/provider-adapter.js';
import { answering, startScriptedVendor } from '../scripted-vendor.js';
import type { ContractBench, ContractCancel, ContractCase, ContractNetwork } from './contract-bench.js';

/** What others answer at the vendor's address. */
const FOREIGN = [
  '<!doctype html><title>Not Found',
  {},
  { errors: [] },
  { errors: [{}] },
  { message: 'no Route matched' },
];

type Begun = Check & { readonly reference: string };

/** How an adapter ends a check that our side has closed: one that is open, one that is over, and one that the vendor knows no more. What faults say is the hostility's. */
export function describeCancel(bench: ContractBench): void {
  const { adapter, contract } = bench;
  const { network } = contract;

  it('declares how an open check is ended, if it ends any', () => {
    expect(network?.cancel !== undefined).toBe(adapter.cancel !== undefined);
  });

  if (network?.cancel === undefined) return;
  const { cancel } = network;
  describe('ends', () => {
    describeEnds(bench, cancel);
    describeUnknown(bench, network, cancel);
  });
}

function describeEnds(bench: ContractBench, cancel: ContractCancel): void {
  const { contract } = bench;
  const { open, leftOpen = [] } = cancel;

  it(`${open}, while it is open, and once more does nothing`, async () => {
    const check = await begun(bench, openCaseOf(bench, cancel));
    expect(isOpen(bench, check)).toBe(true);
    expect(await ending(bench, check)).toBeUndefined();
    expect(isOpen(bench, check)).toBe(false);
    expect(await ending(bench, check)).toBeUndefined();
  });

  it('nothing of what is over, and leaves it as it is', async () => {
    const checks = await checksOver(bench, cancel);
    expect(checks).not.toEqual([]);
    for (const check of checks) {
      const [before, wasOpen] = [await wordOf(bench, check), isOpen(bench, check)];
      expect(before).not.toContain('pending');
      expect(await ending(bench, check)).toBeUndefined();
      expect([await wordOf(bench, check), isOpen(bench, check)]).toEqual([before, wasOpen]);
    }
  });

  for (const row of contract.cases.filter(({ leavesOpen }) => leavesOpen)) {
    it(`${row.name}, which a policy decided, and leaves it decided`, async () => {
      const check = await begun(bench, row);
      expect(isOpen(bench, check)).toBe(true);
      expect(await ending(bench, check)).toBeUndefined();
      expect(isOpen(bench, check)).toBe(false);
      expect(await wordOf(bench, check)).toEqual([row.outcome, row.reason, undefined]);
    });
  }

  const unended = contract.cases.filter(({ name }) => leftOpen.includes(name));
  it('none but those that are left open, and names them', async () => {
    expect(unended.map(({ name }) => name)).toEqual(leftOpen);
    for (const row of unended) expect(await ending(bench, await begun(bench, row))).toBe('left_open');
  });
}

function describeUnknown(bench: ContractBench, network: ContractNetwork, cancel: ContractCancel): void {
  const unknown = (): Check => ({
    ...bench.checkOf(openCaseOf(bench, cancel)),
    reference: cancel.unknown ?? network.reference,
  });

  it('nothing of what the vendor does not know', async () => {
    expect(await ending(bench, unknown())).toBeUndefined();
  });

  it.each(FOREIGN)('nothing by a 404 that is not the vendor’s: %j', async (body) => {
    const another = await startScriptedVendor(answering(404, body));
    const ended = ending(bench, unknown(), network.connectionTo(another.url)).finally(() => another.close());
    await expect(ended).rejects.toBeInstanceOf(ProviderFault);
  });
}

function openCaseOf({ contract }: ContractBench, { open }: ContractCancel): ContractCase {
  const row = contract.cases.find(({ name, outcome }) => name === open && outcome === 'pending');
  if (row === undefined) throw new Error(`no case of the contract is open, and called ${open}`);
  return row;
}

async function begun(bench: ContractBench, row: ContractCase): Promise<Begun> {
  const check = bench.checkOf(row);
  const { reference = '' } = await bench.adapter.start(check, bench.callOf(check));
  bench.vendor.begin?.(reference);
  return { ...check, reference };
}

/** Checks that the vendor has decided: of the cases, and one that came to it later where the vendor can be had to. */
async function checksOver(bench: ContractBench, cancel: ContractCancel): Promise<readonly Begun[]> {
  const { contract, vendor } = bench;
  const decided = contract.cases.filter(({ outcome, leavesOpen }) => outcome !== 'pending' && leavesOpen !== true);
  const checks = await Promise.all(decided.map((row) => begun(bench, row)));
  if (vendor.over === undefined) return checks;
  const later = await begun(bench, openCaseOf(bench, cancel));
  vendor.over(later.reference);
  return [...checks, later];
}

/** What the adapter reads of it now. */
async function wordOf({ adapter, callOf }: ContractBench, check: Begun): Promise<readonly unknown[]> {
  const observation: Observation | undefined = await adapter.fetch?.(check, callOf(check));
  return [observation?.outcome, observation?.reason, observation?.leavesOpen];
}

function isOpen({ vendor }: ContractBench, { reference }: Begun): boolean {
  if (vendor.holdsOpen === undefined)
    throw new Error('a vendor whose checks are ended tells which are open: `holdsOpen`');
  return vendor.holdsOpen(reference);
}

async function ending(bench: ContractBench, check: Check, connection = bench.vendor.connection): Promise<Ending> {
  return bench.adapter.cancel?.(check, bench.callOf(check, { connection }));
}
