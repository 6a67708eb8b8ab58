// The load: a process of its own with connections that are kept alive, each with one request under way (closed loop).
// Every answer's status and length are checked, the content of all by a text that must be in it, and of some by parsing.
import { connect } from 'node:net';
import { v7 } from 'uuid';
import { answerReader, faultOf } from './answers.mjs';

/** One answer in so many is parsed. */
const PARSED = 64;

/**
 * @typedef {object} Plan
 * @property {number} port
 * @property {number} connections
 * @property {number} warmUpMs
 * @property {number} measuredMs
 * @property {Expected} expected
 *
 * @typedef {object} Expected
 * @property {number} status
 * @property {number} leastBytes of the body
 * @property {number} items in `data`, where that is a list; 0: it is one verification
 *
 * @typedef {object} Request as it goes over the wire; `#` in it becomes a new UUID
 * @property {string} text
 * @property {string} holds what the answer must hold
 */

let requests = [];
let next = 0;

process.on('message', async (message) => {
  if (message.requests) requests = message.requests;
  else process.send({ result: await run(message.plan) });
});
process.once('disconnect', () => process.exit(0));

/** @param {Plan} plan */
async function run(plan) {
  const state = { measuring: false, over: false, latencies: [], wrong: [], answers: 0 };
  const all = Array.from({ length: plan.connections }, () => keepAsking(plan, state));
  const asked = Promise.all(all);
  await Promise.race([pause(plan.warmUpMs), asked]);
  state.measuring = true;
  process.send({ measuring: true });
  const began = performance.now();
  await Promise.race([pause(plan.measuredMs), asked]);
  state.measuring = false;
  const seconds = (performance.now() - began) / 1000;
  process.send({ measured: true });
  state.over = true;
  await asked;
  const latencies = Float64Array.from(state.latencies).sort();
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { count: latencies.length, seconds, p50: at(0.5), p99: at(0.99), wrong: state.wrong };
}

/** One connection: asks, reads, asks again. Resolves when the time is over or something is wrong. */
function keepAsking({ port, expected }, state) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let request;
    let sentAt = 0;
    const ask = () => {
      request = requests[next++ % requests.length];
      sentAt = performance.now();
      socket.write(request.text.includes('#') ? request.text.replace('#', v7()) : request.text);
    };
    const end = (fault) => {
      if (fault !== undefined) state.wrong.push(fault);
      socket.removeAllListeners('close').destroy();
      resolve();
    };
    const read = answerReader((status, body) => {
      if (state.measuring) state.latencies.push(performance.now() - sentAt);
      const fault = faultOf(expected, request, status, body, state.answers++ % PARSED === 0);
      if (fault !== null || state.over) end(fault ?? undefined);
      else ask();
    });
    socket.on('data', read).on('connect', ask);
    socket.on('error', (error) => end(error.code)).on('close', () => end('connection closed'));
  });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
