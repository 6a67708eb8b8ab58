// The readers: a process of its own. Requests come at a rate of their own (open loop), whether or not earlier ones are answered:
// what waits for a free connection waits within its latency. Without a rate, one request under way on each connection (closed loop).
import { connect } from 'node:net';
import { answerReader, faultOf } from '../answers.mjs';

/** One answer in so many is parsed. */
const PARSED = 64;
const TICK_MS = 1;

/**
 * @typedef {object} ReadPlan
 * @property {number} port
 * @property {number} connections
 * @property {number} measuredMs
 * @property {number} skippedMs at the beginning, whose answers do not count
 * @property {number | null} rate requests a second; null: as many as are answered
 */

let requests = [];
let next = 0;

process.on('message', async (message) => {
  if (message.requests) requests = message.requests;
  else process.send(await run(message.plan));
});
process.once('disconnect', () => process.exit(0));

/** @param {ReadPlan} plan */
async function run(plan) {
  const state = { waiting: [], idle: [], latencies: [], wrong: [], under: 0, answers: 0, from: 0 };
  const connections = Array.from({ length: plan.connections }, () => connection(plan, state));
  await Promise.all(connections.map(({ ready }) => ready));
  const began = performance.now();
  state.from = began + plan.skippedMs;
  const until = state.from + plan.measuredMs;
  await (plan.rate === null ? closed(state, until) : open(state, plan.rate, began, until));
  while (state.under > 0 && state.wrong.length === 0) await pause(TICK_MS);
  for (const { socket } of connections) socket.destroy();
  const latencies = Float64Array.from(state.latencies).sort();
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map(at);
  return {
    count: latencies.length,
    perSecond: latencies.length / (plan.measuredMs / 1000),
    p50,
    p95,
    p99,
    wrong: state.wrong,
  };
}

async function open(state, rate, began, until) {
  for (let asked = 0; performance.now() < until && state.wrong.length === 0; await pause(TICK_MS)) {
    const due = Math.floor(((performance.now() - began) / 1000) * rate);
    for (; asked < due; asked++) ask(state);
  }
}

async function closed(state, until) {
  state.again = () => performance.now() < until && ask(state);
  while (state.idle.length > 0) ask(state);
  while (performance.now() < until && state.wrong.length === 0) await pause(TICK_MS);
}

function ask(state) {
  const request = { ...requests[next++ % requests.length], askedAt: performance.now() };
  state.under += 1;
  const idle = state.idle.pop();
  if (idle) idle(request);
  else state.waiting.push(request);
}

function connection({ port }, state) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let request;
  const send = (wanted) => {
    request = wanted;
    socket.write(wanted.text);
  };
  const read = answerReader((status, body) => {
    state.under -= 1;
    const expected = { status: 200, leastBytes: 500, items: 0 };
    const fault = faultOf(expected, request, status, body, state.answers++ % PARSED === 0);
    if (fault !== null) state.wrong.push(fault);
    if (request.askedAt >= state.from) state.latencies.push(performance.now() - request.askedAt);
    const waiting = state.waiting.shift();
    if (waiting) send(waiting);
    else state.idle.push(send);
    state.again?.();
  });
  socket.on('data', read).on('error', (error) => state.wrong.push(error.code));
  const ready = new Promise((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  state.idle.push(send);
  return { socket, ready };
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
