import { LRUCache } from 'lru-cache';
import type { Clock } from '../platform/clock.js';
import { Circuit } from './circuit.js';
import { bothOf, type Crossing, type Gate, type GateState, keyOf } from './gate.js';
import { GateRecords } from './gate-records.js';
import type { GatesRepository, Probe, Shut } from './gates.repository.js';
import { reasonOf, refusedUntilOpen, refusedUntilTurn, refusedWhileTried, type Refusal } from './refusal.js';
import { type Said, saidOfPartition, saidOfWhole, UNSAID, verdictOn } from './verdict.js';

const MOST_CIRCUITS = 10_000;

/** An answer with what it says of one gate. */
interface Carried<Answer> extends Said {
  readonly answer: Answer;
}

/**
 * Circuits and rate limits: one gate for each vendor's partition, shared by all tenants and processes. What the database can't be asked,
 * or told, this process decides alone: no question fails because of a gate.
 */
export class Gates {
  readonly #records: GateRecords;
  readonly #circuits = new LRUCache<string, Circuit>({ max: MOST_CIRCUITS });
  /** Gates whose vendor this process is just trying. */
  readonly #trying = new Set<string>();

  /** `callDeadlineMs`: how long a call takes at most. The claim of a process that died while it tried a vendor outlasts it a little. */
  constructor(
    repository: GatesRepository,
    private readonly clock: Clock,
    callDeadlineMs: number,
  ) {
    this.#records = new GateRecords(repository, clock, callDeadlineMs);
  }

  /**
   * Asks where the gate, and that of the whole vendor before it, lets the question pass, and learns from the answer. Rejects where `ask` does, and
   * learns nothing from that.
   */
  async through<Answer extends Said>(crossing: Crossing, ask: () => Promise<Answer>): Promise<Answer | Refusal> {
    await this.#records.shutOf(crossing.gate.livemode).refresh();
    const [whole, part] = bothOf(crossing);
    // First, or who waits for a partition that is shut would use up the turns of those who ask another.
    const refusal = this.#closed(part.gate);
    if (refusal) return refusal;
    const passed = await this.#across<Answer | Refusal>(whole, async () => {
      const inner = await this.#across(part, async () => {
        const answer = await ask();
        return { ...saidOfPartition(answer), answer };
      });
      if ('outcome' in inner) return { ...UNSAID, answer: inner };
      return { ...saidOfWhole(inner.answer), answer: inner.answer };
    });
    return 'outcome' in passed ? passed : passed.answer;
  }

  /** One gate alone. */
  async #across<Answer>(crossing: Crossing, ask: () => Promise<Carried<Answer>>): Promise<Carried<Answer> | Refusal> {
    const answer = await this.#onward(crossing, ask, (shut) => this.#try(crossing, shut, ask));
    if (!('outcome' in answer)) await this.#records.heed(crossing.gate, answer);
    return answer;
  }

  /** The gates of a provider that are not open, as the deployment last said. */
  async state(provider: string, livemode: boolean): Promise<GateState[]> {
    const known = this.#records.shutOf(livemode);
    await known.refresh();
    const now = this.clock.now();
    return known.all().flatMap(({ gate, shut }) => {
      if (gate.provider !== provider || (shut.trips === 0 && shut.until <= now)) return [];
      const kind = shut.trips > 0 ? 'circuit' : 'throttle';
      return [{ partition: gate.partition, kind, reason: reasonOf(shut), until: shut.until }];
    });
  }

  /** By what is known: refused, passed, or, where an open circuit's time is over, as `half` says. */
  #onward<Answer extends Said>(
    crossing: Crossing,
    ask: () => Promise<Answer>,
    half: (shut: Shut) => Promise<Answer | Refusal>,
  ): Promise<Answer | Refusal> {
    const refusal = this.#closed(crossing.gate);
    if (refusal) return Promise.resolve(refusal);
    const shut = this.#records.shut(crossing.gate);
    return shut && shut.trips > 0 ? half(shut) : this.#pass(crossing, ask);
  }

  /** What the deployment knows against any question; null: nothing, or that the vendor is to be tried. */
  #closed(gate: Gate): Refusal | null {
    const shut = this.#records.shut(gate);
    const now = this.clock.now();
    if (!shut || (now >= shut.until && shut.trips === 0)) return null;
    if (now < shut.until) return refusedUntilOpen(shut, now);
    return this.#trying.has(keyOf(gate)) ? this.#tried(shut) : null;
  }

  /** The deployment knows nothing against the question: what counts is what this process has seen. */
  async #pass<Answer extends Said>(crossing: Crossing, ask: () => Promise<Answer>): Promise<Answer | Refusal> {
    const { gate } = crossing;
    // Looked at again behind the turn: meanwhile others may have failed.
    const refusal = this.#own(gate) ?? (await this.#turn(crossing)) ?? this.#own(gate);
    if (refusal) return refusal;
    const circuit = this.#circuit(gate);
    const run = (): Promise<Answer> => circuit.run(ask);
    const answer = await (circuit.isWhole ? run() : this.#alone(gate, run));
    if (circuit.takeOpening() && circuit.openUntil) {
      circuit.sharedSince = await this.#records.open(gate, circuit.openUntil, circuit.reason);
    }
    return answer;
  }

  /** What this process's own circuit says against a question; null: nothing. */
  #own(gate: Gate): Refusal | null {
    const { openUntil, isWhole, reason } = this.#circuit(gate);
    const now = this.clock.now();
    if (openUntil) return refusedUntilOpen({ until: openUntil, trips: 1, reason }, now);
    return !isWhole && this.#trying.has(keyOf(gate)) ? refusedWhileTried(reason, now) : null;
  }

  async #turn(crossing: Crossing): Promise<Refusal | null> {
    const at = await this.#records.turn(crossing);
    return at && refusedUntilTurn(at);
  }

  /** An open circuit's time is over: one question of one process shows whether the vendor is back. */
  async #try<Answer extends Said>(
    crossing: Crossing,
    shut: Shut,
    ask: () => Promise<Answer>,
  ): Promise<Answer | Refusal> {
    const { gate } = crossing;
    return this.#alone(gate, async () => {
      // Where the database can't say, each process tries for itself.
      const probe = await this.#records.claim(gate);
      if (probe === 'beaten') return this.#beaten(crossing, ask);
      const refusal = await this.#turn(crossing);
      if (refusal) {
        await this.#records.release(gate, probe);
        return refusal;
      }
      const answer = await ask().catch(async (error: unknown) => {
        await this.#records.release(gate, probe);
        throw error;
      });
      await this.#learn(gate, { shut, probe }, answer);
      return answer;
    });
  }

  /** Somebody else tries the vendor, or has tried it since we last read. */
  async #beaten<Answer extends Said>(crossing: Crossing, ask: () => Promise<Answer>): Promise<Answer | Refusal> {
    await this.#records.shutOf(crossing.gate.livemode).reread();
    return this.#onward(crossing, ask, (shut) => Promise.resolve(this.#tried(shut)));
  }

  #tried({ reason }: Shut): Refusal {
    return refusedWhileTried(reason, this.clock.now());
  }

  async #learn(gate: Gate, { shut, probe }: { shut: Shut; probe: Probe | null }, answer: Said): Promise<void> {
    switch (verdictOn(answer)) {
      case 'answer':
        this.#circuits.delete(keyOf(gate));
        return this.#records.close(gate, probe);
      case 'fault':
        return this.#records.reopen(gate, shut, probe, answer.reason);
      case 'nothing':
        return this.#records.release(gate, probe);
    }
  }

  async #alone<Result>(gate: Gate, work: () => Promise<Result>): Promise<Result> {
    const key = keyOf(gate);
    this.#trying.add(key);
    try {
      return await work();
    } finally {
      this.#trying.delete(key);
    }
  }

  #circuit(gate: Gate): Circuit {
    const key = keyOf(gate);
    const circuit = this.#circuits.get(key);
    const since = circuit?.sharedSince ?? null;
    // The deployment's row said that it was open, and says so no more: somebody has found the vendor back.
    const isOver = since !== null && this.#records.shutOf(gate.livemode).done > since && !this.#records.shut(gate);
    if (circuit && !isOver) return circuit;
    const fresh = new Circuit(this.clock);
    this.#circuits.set(key, fresh);
    return fresh;
  }
}
